import pytest

from tools import screenshots


def test_the_pages_are_those_that_the_browser_tests_look_at():
    assert "/" in screenshots.main_pages() and "/mandates/" in screenshots.main_pages()


@pytest.mark.parametrize("arguments", [[], ["folder", "--readme"]])
def test_either_a_folder_or_the_readme(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        screenshots.main(arguments)
    assert stopped.value.code == 2 and "name a folder, or --readme" in capsys.readouterr().err


def test_no_browser_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(screenshots.shutil, "which", lambda name: None)
    assert screenshots.main([str(tmp_path / "pictures")]) == 1
    assert "No browser" in capsys.readouterr().err


def test_every_page_has_a_name_of_its_own():
    paths = ["/", "/actors/delmos/?as_of=2022-06-30", "/actors/delmos/", "/documents/?q=a&kind=b"]
    names = [screenshots.file_name(path) for path in paths]
    assert len(set(names)) == len(paths) and all("/" not in name and "?" not in name for name in names)
