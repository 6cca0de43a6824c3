"""The form: what it accepts, and what it says to what it does not accept."""

import json
from pathlib import Path
from typing import Any

import pytest
from kodosumi.core import InputsError, forms

from political_monitoring.flows.data_ingestion.form import (
    DEFAULT_ACTORS,
    DEFAULT_BATCH,
    MOST_TARGETS,
    Submission,
    form,
    read_form,
)
from political_monitoring.ingestion.run import IngestionRequest
from political_monitoring.setting_sections import WAYS_OF_READING
from political_monitoring.settings import GraphSettings, LlmSettings, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "act.md").write_text("# An act", "utf-8")
    (documents / "bill.md").write_text("# A bill", "utf-8")
    return documents


def errors_of(inputs: dict[str, Any], settings: Settings) -> dict[str, list[str]]:
    with pytest.raises(InputsError) as caught:
        read_form(inputs, settings)
    return caught.value.errors


def test_a_name_and_a_folder_are_enough(settings: Settings, folder: Path) -> None:
    submission = read_form({"job_name": " Bills ", "targets": f"{folder}\n"}, settings)

    assert submission == Submission(
        IngestionRequest(
            job_name="Bills", targets=(str(folder),), limit=None, batch_size=DEFAULT_BATCH, force=False
        ),
        DEFAULT_ACTORS,
    )


def test_every_field_reaches_the_request(settings: Settings, folder: Path) -> None:
    inputs = {
        "job_name": "Bills",
        "targets": f"{folder}/act.md\r\n\r\n  {folder}/*.md  \nhttps://example.org/act.html\n{folder}/act.md",
        "limit": "20",
        "batch_size": "5",
        "parallelism": "3",
        "force": True,
    }

    submission = read_form(inputs, settings)

    assert submission.request == IngestionRequest(
        job_name="Bills",
        targets=(f"{folder}/act.md", f"{folder}/*.md", "https://example.org/act.html"),
        limit=20,
        batch_size=5,
        force=True,
    )
    assert submission.actors == 3


def test_uploads_are_enough(settings: Settings) -> None:
    submission = read_form({"job_name": "Bills", "uploads": {"b.pdf", "acts/a.md"}}, settings)

    assert submission.uploads == ("acts/a.md", "b.pdf")
    assert submission.request.targets == ()


@pytest.mark.parametrize("name", ["/etc/passwd", "../graph.db", "a/../../b", "", "a\nb", "a\0"])
def test_an_upload_stays_in_its_folder(name: str, settings: Settings) -> None:
    assert "uploads" in errors_of({"job_name": "Bills", "uploads": {name}}, settings)


def test_the_document_store_is_a_target(settings: Settings) -> None:
    inputs = {"job_name": "Bills", "store": True}
    assert errors_of(inputs, settings) == {
        "store": [f"There is no document store yet: {settings.documents_path} does not exist."]
    }

    settings.documents_path.mkdir(parents=True)

    assert read_form(inputs, settings).request.targets == (str(settings.documents_path),)


def test_clearing_asks_for_the_name_again(settings: Settings, folder: Path) -> None:
    inputs = {"job_name": "Bills", "targets": str(folder), "clear": True}

    assert errors_of({**inputs, "clear_confirm": "bills"}, settings) == {
        "clear_confirm": ["Type the name of the job, Bills, to withdraw every document."]
    }
    assert read_form({**inputs, "clear_confirm": "Bills"}, settings).clear
    assert not read_form({"job_name": "Bills", "targets": str(folder)}, settings).clear


def test_a_language_is_one_of_those_offered(settings: Settings, folder: Path) -> None:
    inputs = {"job_name": "Bills", "targets": str(folder)}

    assert read_form({**inputs, "language": "de"}, settings).request.language == "de"
    assert errors_of({**inputs, "language": "tlh"}, settings) == {
        "language": ["Choose one of the languages offered."]
    }


def test_facts_are_read_in_a_way_that_is_offered(settings: Settings, folder: Path) -> None:
    inputs = {"job_name": "Bills", "targets": str(folder)}

    assert read_form(inputs, settings).request.extraction is None
    assert read_form({**inputs, "extraction": "local"}, settings).request.extraction == "local"
    assert errors_of({**inputs, "extraction": "by magic"}, settings) == {
        "extraction": ["Choose one of the ways offered."]
    }
    (sentence,) = errors_of({**inputs, "extraction": "llm"}, settings)["extraction"]
    assert "POLMON_LLM_BASE_URL" in sentence
    model = LlmSettings(base_url="http://127.0.0.1:1/v1", model="m")
    configured = settings.model_copy(update={"llm": model})
    assert read_form({**inputs, "extraction": "llm"}, configured).request.extraction == "llm"


def test_the_form_says_what_reading_by_graphiti_lacks(settings: Settings, folder: Path) -> None:
    inputs = {"job_name": "Bills", "targets": str(folder), "extraction": "graphiti"}
    there = settings.model_copy(update={"graph": GraphSettings(backend="graphiti")})
    model = LlmSettings(base_url="http://127.0.0.1:1/v1", model="m")

    assert "POLMON_GRAPH_BACKEND=graphiti" in errors_of(inputs, settings)["extraction"][0]
    assert "POLMON_LLM_BASE_URL" in errors_of(inputs, there)["extraction"][0]
    configured = there.model_copy(update={"llm": model})
    assert read_form(inputs, configured).request.extraction == "graphiti"
    # A form that leaves it to the settings is refused for the same reason.
    by_settings = settings.reading_by("graphiti")
    assert "POLMON_GRAPH_BACKEND" in errors_of({**inputs, "extraction": ""}, by_settings)["extraction"][0]


def test_the_form_offers_every_mode_in_the_words_of_the_settings() -> None:
    (field,) = [one for one in form().get_model() if one.get("name") == "extraction"]
    offered = {option["name"]: option["label"] for option in field["option"]}
    assert {mode: offered[mode] for mode in WAYS_OF_READING} == dict(WAYS_OF_READING)


def test_numbers_may_come_as_numbers_or_empty(settings: Settings, folder: Path) -> None:
    given = {"job_name": "Bills", "targets": str(folder), "limit": 7, "batch_size": "", "parallelism": None}

    submission = read_form(given, settings)

    assert (submission.request.limit, submission.request.batch_size, submission.actors) == (
        7,
        DEFAULT_BATCH,
        DEFAULT_ACTORS,
    )


def test_a_submission_survives_kodosumi_keeping_it_as_json(settings: Settings, folder: Path) -> None:
    inputs = {"job_name": "Bills", "targets": str(folder), "limit": "20", "force": True}
    submission = read_form(inputs, settings)

    assert Submission.from_inputs(json.loads(json.dumps(submission.to_inputs()))) == submission


@pytest.mark.parametrize("name", ["", "   ", None, 7])
def test_a_job_needs_a_name(name: object, settings: Settings, folder: Path) -> None:
    assert errors_of({"job_name": name, "targets": str(folder)}, settings) == {
        "job_name": ["Give the job a name."]
    }


@pytest.mark.parametrize("name", ["n" * 101, "two\nlines", "a\0b"])
def test_a_name_is_one_short_line(name: str, settings: Settings, folder: Path) -> None:
    found = errors_of({"job_name": name, "targets": str(folder)}, settings)

    assert found == {"job_name": ["The name must be one line of at most 100 characters."]}


@pytest.mark.parametrize("targets", ["", " \n \n", None, ["x"]])
def test_a_job_needs_targets(targets: object, settings: Settings) -> None:
    assert errors_of({"job_name": "Bills", "targets": targets}, settings) == {
        "targets": ["Name at least one folder, file, pattern or URL, or upload files."]
    }


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (
            "samples/corpus",
            "samples/corpus is not an absolute path; the server's working folder is not yours",
        ),
        ("/nowhere/at/all", "/nowhere/at/all does not exist; name a file, a folder, a pattern or a URL"),
        ("/nowhere/*.pdf", "the pattern /nowhere/*.pdf matches no file"),
        ("ftp://example.org/a", "ftp://example.org/a cannot be read: only http and https URLs are"),
        ("https://", "the URL https:// names no host"),
        ("https://[::1/a", "https://[::1/a is not a URL"),
        (
            "https://ada:s3cret@example.org/a",
            "the URL holds a user name or password, which would be kept in logs; leave it out",
        ),
    ],
)
def test_a_target_that_cannot_be_read_is_named_with_its_line(
    target: str, sentence: str, settings: Settings, folder: Path
) -> None:
    found = errors_of({"job_name": "Bills", "targets": f"{folder}\n\n{target}"}, settings)

    assert found == {"targets": [f"Line 3: {sentence}."]}


def test_only_the_first_wrong_targets_are_listed(settings: Settings) -> None:
    found = errors_of(
        {"job_name": "Bills", "targets": "\n".join(f"/nowhere/{n}" for n in range(8))}, settings
    )

    assert len(found["targets"]) == 6
    assert found["targets"][-1] == "And 3 more lines are wrong."


def test_a_list_of_targets_has_an_end(settings: Settings) -> None:
    found = errors_of({"job_name": "Bills", "targets": "/nowhere\n" * (MOST_TARGETS + 1)}, settings)

    assert found == {"targets": ["Name at most 1,000 targets; a folder counts as one."]}


def test_what_a_message_quotes_is_no_html(settings: Settings) -> None:
    found = errors_of({"job_name": "Bills", "targets": "/<script>alert(1)</script>"}, settings)

    assert "<" not in found["targets"][0]


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "1e3", "٣", "9" * 5_000, True, [1]])
@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("limit", "The limit must be a whole number from 1."),
        ("batch_size", "The batch size must be a whole number from 1 to 500."),
        ("parallelism", "The number of actors must be a whole number from 1 to 64."),
    ],
)
def test_a_number_is_a_whole_number_in_its_range(
    field: str, sentence: str, value: object, settings: Settings, folder: Path
) -> None:
    inputs = {"job_name": "Bills", "targets": str(folder), field: value}

    assert errors_of(inputs, settings) == {field: [sentence]}


def test_all_that_is_wrong_is_said_at_once(settings: Settings) -> None:
    found = errors_of({"job_name": "", "targets": "", "limit": "x", "batch_size": "501"}, settings)

    assert set(found) == {"job_name", "targets", "limit", "batch_size"}


def test_the_panel_can_show_the_form_with_its_errors(settings: Settings) -> None:
    found = errors_of({"job_name": "", "targets": ""}, settings)

    page = forms.Model.model_validate(json.loads(json.dumps(form().get_model())), errors=found).render()

    assert "Give the job a name." in page
    assert "Name at least one folder" in page
