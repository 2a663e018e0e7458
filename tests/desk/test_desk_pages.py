"""Every page of the desk, full and empty and with faults, is a sound document."""

import collections
import re

import html5lib
import pytest

from tests.desk.pages import PLAN, address, form_address, text_of, write


def faults_of(response) -> list[str]:
    """What is wrong with a page as a document."""
    parser = html5lib.HTMLParser()
    text = response.content.decode()
    parser.parse(text)
    found = [str(error) for error in parser.errors]
    ids = collections.Counter(re.findall(r'\bid="([^"]+)"', text))
    found += [f"id {name} twice" for name, count in ids.items() if count > 1]
    found += [
        f"no target {name}" for name in re.findall(r'href="#([^"]+)"', text) if name not in ids
    ]
    found += [
        f"no field {name}" for name in re.findall(r'\bfor="([^"]+)"', text) if name not in ids
    ]
    if text.count("<h1") != 1:
        found.append("not one h1")
    if re.search(r"\bstyle=|<script(?! src)|\bon[a-z]+=\"", text):
        found.append("inline script or style")
    return found


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("party", ["canada", "mexico"])
def test_pages_are_sound_when_empty_and_when_full(
    client_of, request, party, language, draft_report, submitted_report, published_report
):
    code = {"canada": "CA", "mexico": "MX"}[party]
    client = client_of(request.getfixturevalue(f"{party}_coordinator"))
    urls = [
        address("desk-work", PLAN, language=language),
        address("desk-board", PLAN, language=language),
        address("desk-board", PLAN, language=language) + "?state=none&level=not-reported",
        address("desk-queue", PLAN, language=language),
        address("report-write", PLAN, code, "PRO-27", language=language),
    ]
    for url in urls:
        assert faults_of(client.get(url)) == []
    theirs = published_report("PRO-27", "MX" if code == "CA" else "CA")
    submitted = submitted_report("PRO-28", code)
    draft_report("PRO-27", code, contests=theirs, contest_reason=True)
    urls += [
        address("report-review", submitted.pk, language=language),
        address("report-concur", theirs.pk, language=language),
        form_address(code),
        form_address(code, contests=theirs.pk),
    ]
    for url in urls:
        assert faults_of(client.get(url)) == []


def test_pages_with_faults_are_sound(client_of, canada_official):
    client = client_of(canada_official)
    wrong = write(client, "submit", effective_on="soon", **{"evidence-0-url": "x y"})
    refused = write(client, "submit", confidence="", done_fr="")
    for response in (wrong, refused):
        assert response.status_code == 400
        assert faults_of(response) == []


def test_a_page_without_a_report_is_sound(client_of, canada_coordinator):
    assert faults_of(client_of(canada_coordinator).get(form_address(reference="PRO-31"))) == []


def test_the_desk_of_the_secretariat_is_sound(client_of, secretariat_user):
    assert faults_of(client_of(secretariat_user).get(address("desk-home"))) == []


def test_the_form_shows_each_gate_and_what_is_missing(client_of, canada_official):
    client = client_of(canada_official)
    write(client, "save", level="substantially-delivered")
    page = text_of(client.get(form_address()))
    assert "Gate: a dated, concrete action with evidence." in page
    assert "Dated action: 15 September 2026" in page
    assert '<a href="#id_missing_en">Name what is still missing.</a>' in page
    assert "As last saved, one thing is missing before you can submit:" in page


def test_the_main_language_is_that_of_the_reader(client_of, canada_official):
    url = address("report-write", PLAN, "CA", "PRO-27", language="fr")
    page = text_of(client_of(canada_official).get(url))
    assert page.index('name="done_fr"') < page.index('name="done_en"')
    assert 'name="done_es"' not in page


def test_the_other_sides_report_stands_beside_the_form(
    client_of, canada_coordinator, published_report
):
    theirs = published_report("PRO-27", "MX")
    page = text_of(client_of(canada_coordinator).get(form_address()))
    assert "Latest of Mexico" in page
    assert 'lang="es"' in page
    assert address("report-concur", theirs.pk) in page
    assert f"contests={theirs.pk}" in page
