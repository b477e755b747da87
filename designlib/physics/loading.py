r"""Loading: GPUs read what their samples weigh, less what caches hold.

References
----------
.. [1] MLCommons, "MLPerf Storage" training configurations (unet3d, resnet50, cosmoflow on H100),
       https://github.com/mlcommons/storage.
"""

from math import inf


def read_gb_s(
    gpus_count: float,
    sample_rate: float,
    bytes_per_sample: float,
    cache_hit_frac: float = 0.0,
) -> float:
    r"""Return the read rate that keeps GPUs busy.

    Parameters
    ----------
    gpus_count : float
        GPUs that read. [1]
    sample_rate : float
        Samples that one GPU consumes each second. [1/s]
    bytes_per_sample : float
        Size of one stored sample. [B]
    cache_hit_frac : float
        Share of samples that local caches hold. [1]

    Returns
    -------
    float
        Read rate of shared storage. [GB/s]

    Notes
    -----
    .. math:: B = G\, r\, b\, (1 - hit)

    Examples
    --------
    MLPerf Storage unet3d: batches of 7 samples of 146.6 MB in 0.323 s on one H100 [1]_.

    >>> round(read_gb_s(1, 7 / 0.323, 146.6e6), 2)
    3.18
    """
    return gpus_count * sample_rate * bytes_per_sample * (1 - cache_hit_frac) / 1e9


def text_read_gb_s(tokens_s: float, bytes_per_token: float = 4.0) -> float:
    """Return the read rate of tokenized text.

    Parameters
    ----------
    tokens_s : float
        Tokens that the whole job consumes. [tokens/s]
    bytes_per_token : float
        Bytes of one stored token, 4 for 32-bit ids. [B]

    Returns
    -------
    float
        Read rate. [GB/s]

    Examples
    --------
    >>> text_read_gb_s(2.7e6)
    0.0108
    """
    return tokens_s * bytes_per_token / 1e9


def cache_hit_frac(
    local_nvme_tb: float, servers_count: int, dataset_tb: float, affinity_frac: float = 1.0
) -> float:
    r"""Return the share of reads that local drives serve after the first epoch.

    Parameters
    ----------
    local_nvme_tb : float
        Local capacity of one server kept for the data set. [TB]
    servers_count : int
        Servers of the job. [1]
    dataset_tb : float
        Size of the data set. [TB]
    affinity_frac : float
        Share of cached samples that are asked for where they lie. [1]

    Returns
    -------
    float
        Hit share; 1 for an empty data set. [1]

    Notes
    -----
    .. math:: \min\left(1, \frac{NVMe \cdot servers \cdot affinity}{data}\right)

    Examples
    --------
    >>> cache_hit_frac(32, 25, 1600, affinity_frac=0.5)
    0.25
    """
    if dataset_tb <= 0:
        return 1.0
    return min(1.0, local_nvme_tb * servers_count * affinity_frac / dataset_tb)


def load_s(
    weights_gb: float,
    read_gb_s: float,
    *,
    copies_count: int = 1,
    reader_gb_s: float = inf,
    image_s: float = 0.0,
    warm_up_s: float = 0.0,
) -> float:
    r"""Return the time until replicas that start together are ready.

    Parameters
    ----------
    weights_gb : float
        Weights of one replica. [GB]
    read_gb_s : float
        Read rate that all copies share. [GB/s]
    copies_count : int
        Replicas that start together. [1]
    reader_gb_s : float
        Rate at which one replica can take data in. [GB/s]
    image_s : float
        Time to fetch and start the container image. [s]
    warm_up_s : float
        Time from loaded weights to the first answer. [s]

    Returns
    -------
    float
        Time to ready. [s]

    Notes
    -----
    .. math:: t = t_{image} + \frac{W}{\min(B_{reader},\ B / n)} + t_{warm}

    Examples
    --------
    >>> load_s(140, 40, copies_count=4, reader_gb_s=20, image_s=30, warm_up_s=20)
    64.0
    """
    if copies_count < 1 or weights_gb == 0:
        return image_s + warm_up_s
    rate = min(reader_gb_s, read_gb_s / copies_count)
    return image_s + (weights_gb / rate if rate > 0 else inf) + warm_up_s
