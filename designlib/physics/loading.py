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


def epoch_read_gb_s(dataset_tb: float, epoch_hours: float, cache_hit_frac: float = 0.0) -> float:
    r"""Return the read rate with which one pass over a data set takes a stated time.

    Parameters
    ----------
    dataset_tb : float
        Size of the data set. [TB]
    epoch_hours : float
        Time of one pass. [h]
    cache_hit_frac : float
        Share of samples that local caches hold. [1]

    Returns
    -------
    float
        Read rate of shared storage. [GB/s]

    Notes
    -----
    .. math:: B = D\,(1 - hit) / T

    Examples
    --------
    >>> round(epoch_read_gb_s(1600, 24), 1)
    18.5
    """
    return 1e3 * dataset_tb * (1 - cache_hit_frac) / (epoch_hours * 3600)


def governing_read(consumption_gb_s: float, epoch_gb_s: float) -> tuple[str, float]:
    """Return which view of data loading governs, and its rate.

    Parameters
    ----------
    consumption_gb_s : float
        What the GPUs take in at their predicted speed. [GB/s]
    epoch_gb_s : float
        What a pass in the asked time takes. [GB/s]

    Returns
    -------
    tuple of (str, float)
        "consumption" where the GPUs are the slower of the two and never need more, "epoch" where
        they could read faster than the asked time needs; the smaller rate. [GB/s]

    Examples
    --------
    >>> governing_read(40.0, 18.5)
    ('epoch', 18.5)
    """
    if consumption_gb_s <= epoch_gb_s:
        return "consumption", consumption_gb_s
    return "epoch", epoch_gb_s


def start_up_read_gb_s(gb_per_reader: float, readers_count: int, start_s: float) -> float:
    r"""Return the read rate of a start at which every server reads at once.

    Parameters
    ----------
    gb_per_reader : float
        Image, weights or checkpoint that one server reads. [GB]
    readers_count : int
        Servers that start together. [1]
    start_s : float
        Time in which all of them have read. [s]

    Returns
    -------
    float
        Read rate of shared storage. [GB/s]

    Notes
    -----
    .. math:: B = n\, S / T

    Examples
    --------
    A 980 GB checkpoint, each of 64 servers reading its share, in one minute.

    >>> round(start_up_read_gb_s(980 / 64, 64, 60), 1)
    16.3
    """
    return gb_per_reader * readers_count / start_s
