"""The steps of one finding, from the letter to the reopening, each by the person whose step it is, through the pages alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from jiandi.base import clock
from jiandi.loop.verify import rules as checks
from jiandi.record.accounts import actions as accounts
from jiandi.record.ledger.models import Finding
from jiandi.record.trail.actor import SYSTEM
from tests.browser.letter import letter, paper
from tests.browser.person import Person, said
from tests.browser.town import PASSWORD, Town

TITLE = "资金拨付滞后"
NOW, LASTING, PREVENT = "逐个项目核对账目并拨付资金", "制定项目资金拨付管理办法", "每季度开展资金拨付专项检查"
MEASURES = (NOW, LASTING, PREVENT)
Work = Callable[[], int]
Enter = Callable[..., Person]


class Way:
    """The people of the town, each before a browser, and the finding they work on."""

    def __init__(self, town: Town, enter: Enter, work: Work, folder: Path) -> None:
        self.town, self.enter, self.work, self.folder = town, enter, work, folder
        self.there: dict[str, Person] = {}
        self.row = Finding()
        self.measures: tuple[str, ...] = MEASURES
        self.promising: tuple[str, ...] = (LASTING,)  # what is to make a rule

    def as_(self, name: str) -> Person:
        """Who comes for the first time opens a one-time link and chooses a password."""
        if name not in self.there:
            person = self.enter()
            secret = accounts.create_invitation(actor=SYSTEM, user=self.town.people[name])
            person.go(f"/setup/invitation/{secret}/")
            person.fill({"Password": PASSWORD, "Password again": PASSWORD})
            person.press("Sign in")
            person.page.wait_for_url("**/")
            self.there[name] = person
        return self.there[name]

    def at_case(self, name: str) -> Person:
        person = self.as_(name)
        person.go(f"/finding/{self.row.pk}/")
        person.settle()
        return person

    def finding(self) -> Finding:
        return Finding.objects.get(pk=self.row.pk)


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def the_clerk_hands_in_the_letter_and_it_is_read(way: Way) -> None:
    clerk = way.as_("clerk")
    clerk.go("/intake/")
    clerk.press("Hand in a document")
    clerk.fill({"Title as printed": "市委第三巡察组反馈意见", "Document number": "云巡〔2026〕3号"})
    clerk.bring("File", letter(way.folder))
    clerk.press("Hand in", within="main form")
    clerk.sees(said("The file is being read."))
    assert way.work() >= 1
    expect(clerk.page.locator("li.item", has_text=TITLE)).to_be_visible()
    clerk.sees(TITLE, within="#review-text")


def row_of(person: Person, words: str) -> str:
    row = person.page.locator("li.item.item-finding", has_text=words)
    return f"#{row.get_attribute('id')}"


def the_clerk_confirms_each_row_and_names_the_lead_unit(way: Way) -> None:
    clerk = way.as_("clerk")
    for words, unit in ((TITLE, "市水务局"), ("固定资产账实不符", "市财政局")):
        row = row_of(clerk, words)
        clerk.press("Edit", within=row)
        clerk.fill({"Lead unit": unit, "Due date as written": "2027年6月底前"}, within=f"{row} .item-form")
        clerk.press("Save and confirm", within=row)
        clerk.sees(said("confirmed"), within=row)


def one_row_is_dropped_with_a_reason_that_the_director_approves(way: Way) -> None:
    clerk, director = way.as_("clerk"), way.as_("director")
    row = row_of(clerk, "会议室标识陈旧")
    clerk.page.locator(f"{row} summary").click()
    clerk.press("Drop with a reason", within=row)
    clerk.fill({"Why it is dropped": "已在巡察期间更换，组长书面同意"}, within=f"{row} .item-form")
    clerk.press("Ask to drop", within=row)
    clerk.sees("组长书面同意", within=row)
    director.page.goto(clerk.page.url)
    director.press("Approve the drop", within=row)
    director.sees("组长书面同意", within=row)
    expect(director.page.locator(f"{row}.item-dropped")).to_be_visible()


def the_clerk_registers_the_confirmed_rows_and_finishes_the_review(way: Way) -> None:
    clerk = way.as_("clerk")
    clerk.page.reload()
    clerk.press("Register the confirmed rows")
    clerk.sees(said("Nothing is left out."))
    clerk.yes("Finish the review")
    expect(clerk.page.get_by_role("button", name=said("Review again"))).to_be_visible()
    way.row = Finding.objects.get(verbatim__contains=TITLE)


def the_liaison_writes_the_cause(way: Way) -> None:
    liaison = way.at_case("liaison")
    form = "#diagnose form.form"
    liaison.fill(
        {"Why could it happen": "拨付流程没有时限，也没有人复核", "Kind of cause": said("no control point in the process")}, within=form
    )
    liaison.page.locator(f"{form} button.btn-main").click()
    expect(liaison.page.locator("#diagnose-panel li", has_text="没有人复核").first).to_be_visible()


def the_liaison_writes_three_measures_with_standard_and_effect(way: Way) -> None:
    liaison = way.at_case("liaison")
    rest = {
        NOW: {"Kind": said("correct conduct"), "Horizon": said("now")},
        LASTING: {"Kind": said("reform"), "Horizon": said("lasting"), "What happens to the rule": said("make a rule")},
        PREVENT: {"Kind": said("prevent"), "Horizon": said("now"), "What happens to the rule": said("no rule")},
    }
    for text, chosen in rest.items():
        form = "#plan-panel form:has(textarea[name=text])"
        liaison.fill({"Measure": text, "Due": "2027年5月底前"}, within=form)
        liaison.press("The rest is filled in; open to choose yourself", within=form)
        liaison.fill(chosen, within=form)
        liaison.press("Add the measure", within=form)
        expect(liaison.page.locator("#plan-panel li", has_text=text)).to_be_visible()
    whole = "#plan-panel form:has([name=effect_measure])"
    effect = said("cases drawn, none recurring")
    liaison.fill({"Standard of completion": "三个项目资金全部到账", "How the effect will be seen": effect}, within=whole)
    liaison.press("Save", within=whole)
    liaison.settle()
    expect(liaison.page.locator("#plan-panel h3", has_text=said("What the plan still needs"))).to_have_count(0)


def the_head_hands_in_the_plan_and_the_clerk_approves_it(way: Way) -> None:
    head = way.as_("head")
    head.go("/plan/")
    head.press("Hand in the plan")
    head.page.wait_for_url("**/plan/version/**")
    address = head.page.url
    clerk = way.as_("clerk")
    clerk.page.goto(address)
    clerk.press("Approve")
    clerk.fill({"Opinion": "同意"})
    clerk.page.locator("form.confirm-form:visible button.btn-main").click()
    clerk.sees(said("Nothing to decide here for you."))
    assert way.finding().state == "planned"


def card(text: str) -> str:
    return f'#execute-panel article:has(p.verbatim:text-is("{text}"))'


def deed(person: Person, text: str, words: str) -> str:
    """Open a folded form of a measure's card."""
    place = f"{card(text)} .deeds details:has(summary:has-text('{said(words)}'))"
    box = person.page.locator(place)
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    return place


def the_liaison_notes_progress(way: Way) -> None:
    liaison = way.at_case("liaison")
    for text in way.measures:
        box = deed(liaison, text, "Report progress")
        begun = f"已启动：{text[:20]}"
        liaison.fill({"What was done": begun}, within=box)
        liaison.press("Report progress", within=f"{box} form")
        liaison.sees(begun, within=card(text))
    liaison.settle()
    assert way.finding().state == "in_progress"


def bring_evidence(way: Way, person: Person, text: str, name: str, kind: str) -> None:
    box = deed(person, text, "Add evidence")
    person.bring("Files", paper(way.folder, f"{name}.pdf"), within=box)
    person.fill({"It shows": said(kind)}, within=box)
    person.press("Add evidence", within=f"{box} form")
    person.sees(name, within=card(text))


def claim(person: Person, text: str) -> None:
    box = deed(person, text, "Claim it is done")
    person.fill({"What was done, in one or two sentences": "已按标准全部完成"}, within=box)
    person.press("Claim it is done", within=f"{box} form")


def talk_alone_does_not_support_a_claim(way: Way) -> None:
    liaison = way.at_case("liaison")
    bring_evidence(way, liaison, NOW, "党组会议纪要", "talk")
    claim(liaison, NOW)
    liaison.sees(
        said("There is no evidence of an act. Meetings, notices and plans do not show that it was done."),
        within="#execute-panel .error-piece",
    )
    assert liaison.page.get_by_text("已按标准全部完成").first.is_visible(), "what was typed stays"


def register_a_rule(person: Person, text: str, title: str) -> None:
    box = deed(person, text, "Register a rule")
    rule = {"Title of the rule": title, "Document number": "云水〔2026〕8号", "Issued on": day(0)}
    person.fill({**rule, "First proof of use by": day(90), "Where it stands": said("in force")}, within=box)
    person.press("Register a rule", within=f"{box} form")
    person.sees(title, within=f"{card(text)} .plain-list.stack")


def the_liaison_brings_proof_registers_the_rule_and_claims_each_measure(way: Way) -> None:
    liaison = way.at_case("liaison")
    for place, text in enumerate(way.measures):
        bring_evidence(way, liaison, text, f"凭证{place}", "act")
        if text in way.promising:
            register_a_rule(liaison, text, f"云溪市项目资金拨付管理办法之{place}")
    for text in way.measures:
        claim(liaison, text)
        liaison.sees(said(("measure", "claimed, waits for a check")), within=card(text))


def the_verifier_accepts_the_claims(way: Way) -> None:
    verifier = way.as_("verifier")
    for _text in way.measures:
        verifier.go("/verify/?kind=claim")
        verifier.press(("verb", "Check"))
        fields = {"Verdict on the standard": said("met"), "How it was checked": said("seen on site"), "What was found": "现场核对属实"}
        verifier.fill(fields, within="form.panel")
        verifier.press("Record the verdict")
        verifier.page.wait_for_url("**/finding/**")


def the_head_hands_the_finding_in(way: Way) -> None:
    """The first of two signatures: the finding is not submitted yet, and waits for the leader in charge."""
    head = way.at_case("head")
    head.press("Hand in for verification", within="#execute-panel")
    head.sees(said("Take the finding back"), within="#execute-panel")
    head.sees("分管领导", within="#execute-panel")
    assert way.finding().state == "in_progress"


def the_office_names_the_leader_in_charge_who_signs(way: Way) -> None:
    clerk = way.at_case("clerk")
    box = offer(clerk, "Name the leader in charge")
    clerk.page.locator(f"{box} select[name=post_id]").select_option(index=1)
    clerk.press("Name the leader in charge", within=f"{box} form")
    clerk.settle()
    leader = way.at_case("leader")
    box = offer(leader, "Sign this step")
    leader.fill({"Opinion": "情况属实，同意提交"}, within=box)
    leader.press("Sign this step", within=f"{box} form")
    expect(leader.page.locator("#verify-panel .step-note", has_text="同意提交").first).to_be_visible()
    assert way.finding().state == "submitted"


def the_verifier_fills_in_the_check_sheet_and_accepts(way: Way) -> None:
    verifier = way.at_case("department")
    verifier.press("Open the check sheet", within="#verify-panel")
    verifier.page.wait_for_url("**/sheet/**")
    for group in verifier.page.locator("fieldset:has(input[value=met])").all():
        group.locator("input[value=met]").check()
    for code, _text in checks.QUESTIONS:
        verifier.page.locator(f"input[name=question-{code}][value=yes]").check()
    verifier.fill({"How it was checked": said("seen on site"), "What was found": "三项措施均已落实"})
    verifier.press("Accept the finding")
    verifier.page.wait_for_url("**/finding/**")
    assert way.finding().state == "verified"


def offer(person: Person, words: str) -> str:
    place = f"#verify-panel .deeds details:has(summary:has-text('{said(words)}'))"
    person.page.locator(f"{place} summary").click()
    return place


def the_office_schedules_the_effect_check(way: Way) -> None:
    clerk = way.at_case("clerk")
    box = offer(clerk, "Schedule the effect check")
    clerk.fill({"How the effect is measured": said("cases drawn, none recurring"), "Day of the effect check": day(90)}, within=box)
    clerk.press("Schedule the effect check", within=f"{box} form")
    clerk.sees(said("cases drawn, none recurring"), within="#verify-panel dl.facts")


def director_and_group_member_sign_the_closing(way: Way) -> None:
    for name in ("director", "member"):
        person = way.at_case(name)
        box = offer(person, "Sign this step")
        person.fill({"Opinion": "同意销号"}, within=box)
        person.press("Sign this step", within=f"{box} form")
        expect(person.page.locator("#verify-panel .step-note", has_text="同意销号").first).to_be_visible()
        person.settle()
    found = way.finding()
    assert (found.state, found.effect_state, found.is_well) == ("closed", "due", False)


def the_closed_finding_waits_for_its_effect(way: Way) -> None:
    member = way.as_("member")
    member.settle()
    member.sees(said("Closed"), within="#case-head")
    member.sees("待看成效", within="#case-head")


def a_second_verifier_records_the_effect(way: Way) -> None:
    other = way.at_case("verifier2")
    box = offer(other, "Record the effect check")
    seen = {
        "Does it work?": said("yes, it works"),
        "How it was checked": said("seen on site"),
        "What was looked at, and what was seen": "抽查三笔均按时拨付",
    }
    other.fill(seen, within=box)
    other.press("Record the effect check", within=f"{box} form")
    expect(other.page.locator("#verify-panel li", has_text="抽查三笔").first).to_be_visible()
    assert way.finding().is_well
