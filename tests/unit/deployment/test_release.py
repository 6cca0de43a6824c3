"""The release changes when the code does, and only then."""

from pathlib import Path

from political_monitoring.deployment.release import code_release


def test_it_follows_the_code(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "__pycache__").mkdir()
    first = code_release(tmp_path)
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"compiled")

    assert code_release(tmp_path) == first
    (tmp_path / "a.py").write_text("x = 2")
    second = code_release(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")

    assert len({first, second, code_release(tmp_path)}) == 3


def test_the_installed_package_has_one() -> None:
    assert code_release() == code_release()
    assert "+" in code_release()
