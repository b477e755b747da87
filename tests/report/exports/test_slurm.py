"""Slurm: a real controller reads the files as they are and knows every server once."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from datetime import date

import pytest

from designlib.explore.cables import cables
from designlib.explore.devices import devices
from designlib.report.exports import slurm

START = date(2026, 1, 1)
PACKAGES = "apt-get install slurmctld slurm-client libnss-wrapper"
# Planned hosts have no address yet: names resolve to this machine inside the test alone.
WRAPPER = "libnss_wrapper.so"
FAULTS = re.compile(r"topolog|gres|invalid|pars|getaddrinfo|resolve", re.IGNORECASE)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def site_of_test(folder) -> str:
    return "\n".join([
        "ClusterName=test", "SlurmctldHost=localhost", "AuthType=auth/none", "CredType=cred/none",
        f"SlurmUser={pwd.getpwuid(os.getuid()).pw_name}", f"SlurmctldPort={free_port()}",
        f"SlurmdPort={free_port()}", f"StateSaveLocation={folder}/state",
        f"SlurmdSpoolDir={folder}/spool", f"SlurmctldPidFile={folder}/slurmctld.pid",
        "ProctrackType=proctrack/pgid", "MailProg=/bin/true", "MpiDefault=none", "",
    ])  # fmt: skip


def hosts_of(conf: str) -> list[str]:
    return [name for m in re.finditer(r"^NodeName=(\S+)", conf, re.M) for name in expand(m[1])]


def expand(text: str) -> list[str]:
    """Return the names of a host list, by another way than the one that wrote it."""
    found = []
    for stem, numbers in re.findall(r"([^,\[\]]+)(?:\[([^\]]*)\])?,?", text):
        for part in numbers.split(",") if numbers else [None]:
            first, _, last = (part or "").partition("-")
            if part is None:
                found.append(stem)
                continue
            found += [f"{stem}{n:0{len(first)}}" for n in range(int(first), int(last or first) + 1)]
    return found


@contextmanager
def controller(folder, files):
    """Run a controller in the foreground on exported files; only site.conf is the test's own."""
    missing = [tool for tool in ("slurmctld", "scontrol") if shutil.which(tool) is None]
    assert not missing, f"{missing} not installed: {PACKAGES}"
    for name in ("state", "spool"):
        (folder / name).mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "site.conf").write_text(site_of_test(folder))
    hosts = ["localhost", *hosts_of(files["slurm.conf"])]
    (folder / "hosts").write_text("".join(f"127.0.0.1 {name}\n" for name in hosts))
    env = os.environ | {
        "SLURM_CONF": str(folder / "slurm.conf"),
        "LD_PRELOAD": WRAPPER,
        "NSS_WRAPPER_HOSTS": str(folder / "hosts"),
    }
    log = folder / "log"
    with log.open("w") as out:
        run = subprocess.Popen(
            ["slurmctld", "-D", "-c", "-i", "-f", str(folder / "slurm.conf")],
            stdout=out, stderr=out, env=env,
        )  # fmt: skip
    try:
        yield lambda *words: _ask(run, log, env, words)
    finally:
        run.terminate()
        run.wait(timeout=30)


def _ask(run, log, env, words) -> str:
    for _ in range(120):
        assert run.poll() is None, f"the controller refused the files:\n{log.read_text()}"
        said = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        if said.returncode == 0:
            wrong = [
                line for line in log.read_text().splitlines()
                if "error" in line and FAULTS.search(line)
            ]  # fmt: skip
            assert wrong == []
            return said.stdout
        time.sleep(0.25)
    raise AssertionError(f"no answer to {words}: {said.stderr}\n{log.read_text()}")


def by_site(files: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path, text in files.items():
        _, site, name = path.split("/")
        found.setdefault(site, {})[name] = text
    return found


def nodes_wanted(design, catalog) -> set[str]:
    servers = [d for d in devices(design, catalog) if d.kind in ("server", "cpu")]
    return {node for server in servers for node in slurm.nodes_of(server, catalog)}


def test_real_controller_lists_every_server_once(design, catalog, tmp_path):
    listed = Counter()
    for site, files in by_site(slurm.export(design, catalog, START)).items():
        folder = tmp_path / site
        folder.mkdir()
        with controller(folder, files) as ask:
            topology = ask("scontrol", "show", "topology")
            assert "SwitchName=" in topology
            leaves = [line for line in topology.splitlines() if "Level=0" in line]
            listed += Counter(n for line in leaves for n in expand(_nodes(line)))
            future = hosts_of("\n".join(
                line for line in files["slurm.conf"].splitlines() if "State=FUTURE" in line
            ))  # fmt: skip
            shown = ask("scontrol", "-o", "show", "nodes", "--future")
            names = set(re.findall(r"NodeName=(\S+)", shown))
            assert names >= set(hosts_of(files["slurm.conf"])) - set(future)
    assert set(listed) == nodes_wanted(design, catalog)
    assert set(listed.values()) == {1}


def _nodes(line: str) -> str:
    return re.search(r" Nodes=(\S+)", line)[1]


def test_servers_of_a_leaf_group_end_at_the_same_switches(design, catalog):
    leaves: dict[str, set[str]] = {}
    for cable in cables(design, catalog):
        if cable.fabric.startswith("compute: ") and cable.tier == "device-leaf":
            leaves.setdefault(cable.a.name, set()).add(cable.z.name)
    for files in by_site(slurm.export(design, catalog, START)).values():
        for match in re.finditer(r"^# (leaf\d+): (.*)\nSwitchName=\1 Nodes=(\S+)",
                                 files["topology.conf"], re.M):  # fmt: skip
            for node in expand(match[3]):
                host = re.sub(r"-t\d\d$", "", node)
                assert leaves.get(host, set(match[2].split(", "))) == set(match[2].split(", "))


def test_gres_names_the_nodes_with_gpus(design, catalog):
    for files in by_site(slurm.export(design, catalog, START)).values():
        known = set(hosts_of(files["slurm.conf"]))
        with_gpus = {
            n for m in re.finditer(r"^NodeName=(\S+) Name=gpu", files["gres.conf"], re.M)
            for n in expand(m[1])
        }  # fmt: skip
        said = {
            n for line in files["slurm.conf"].splitlines() if "Gres=gpu" in line
            for n in hosts_of(line)
        }  # fmt: skip
        assert with_gpus == said
        assert said <= known


@pytest.mark.parametrize(
    "names",
    [["a-1"], ["a-1", "a-2"], ["a-09", "a-10", "a-12"], ["a", "b-1"], ["x-9", "x-10"], ["n1-t01"]],
)
def test_host_list_says_the_names(names):
    from designlib.report.exports._text import hostlist

    assert sorted(expand(hostlist(names))) == sorted(names)
