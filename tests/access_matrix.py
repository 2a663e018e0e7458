"""Who gets what at every address: one line each, read from left to right.

`in` is a redirect to sign-in, `302` a redirect elsewhere; the last answer of a short line holds for
everybody after it. Addresses of the administration and of accounts may
share a line by a pattern; all others stand here by name, and a new one fails until it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.scene import ROLES

# name, object | nobody, stranger, official CA, coordinator CA, official MX, coordinator MX,
#                secretariat, administrator
GET = """
healthz                             | 200
readyz                              | 200
home                                | 302
plan-overview      the plan         | 200
plan-overview      hidden plan      | 404
pillar-list        the plan         | 200
pillar-list        hidden plan      | 404
commitment-list    the plan         | 200
commitment-list    hidden plan      | 404
commitment-detail  PRO-27           | 200
commitment-detail  ZZZ-99           | 404
commitment-detail  of hidden plan   | 404
institution-list   the plan         | 200
institution-list   hidden plan      | 404
institution-detail ca-nserc         | 200
institution-detail nobody-knows     | 404
meeting-list       the plan         | 200
meeting-list       hidden plan      | 404
meeting-detail     a meeting        | 200
meeting-detail     nobody-knows     | 404
plan-timeline      the plan         | 200
plan-timeline      hidden plan      | 404
plan-announcement  the plan         | 200
plan-announcement  hidden plan      | 404
plan-changes       the plan         | 200
plan-changes       hidden plan      | 404
plan-compare       the plan         | 200
plan-compare       hidden plan      | 404
period-list        the plan         | 200
period-list        hidden plan      | 404
period-detail      2026-q3          | 200
period-detail      2036-q3          | 404
period-detail      of hidden plan   | 404
ledger-list        the plan         | 200
ledger-list        hidden plan      | 404
ledger-entry       1                | 200
ledger-entry       999999           | 404
ledger-entry       of hidden plan   | 404
ledger-file        the plan         | 200
ledger-file        hidden plan      | 404
ledger-checkpoint  the plan         | 200
ledger-checkpoint  hidden plan      | 404
source-list        the plan         | 200
source-list        hidden plan      | 404
plan-method        the plan         | 200
plan-method        hidden plan      | 404
evidence-file      published        | 200
evidence-file      of the draft     | 404
evidence-file      of hidden plan   | 404

desk-home                           | in 403 302 302 302 302 200 200
desk-work          the plan         | in 403 200 200 200 200 403 403
desk-work          hidden plan      | in 403 404 404 404 404 404 404
desk-board         the plan         | in 403 200 200 200 200 403 403
desk-board         hidden plan      | in 403 404 404 404 404 404 404
desk-queue         the plan         | in 403 403 200 403 200 403 403
desk-queue         hidden plan      | in 403 404 404 404 404 404 404
report-write       CA PRO-27        | in 403 200 200 403 403 403 403
report-write       MX PRO-27        | in 403 403 403 200 200 403 403
report-write       CA PRO-05        | in 403 403 200 403 403 403 403
report-write       MX PRO-05        | in 403 403 403 403 409 403 403
report-write       CA ZZZ-99        | in 403 404
report-write       in hidden plan   | in 403 404
report-review      draft            | in 403 200 200 404 404 404 404
report-review      submitted        | in 403 200 200 404 404 404 404
report-review      not NSERC's      | in 403 404 200 404 404 404 404
report-review      Mexico's         | in 403 404 404 200 200 404 404
report-review      published        | in 403 302
report-review      shared           | in 403 200 200 404 200 404 404
report-review      unknown          | in 403 404
report-file        draft            | in 403 200 200 404 404 404 404
report-file        submitted        | in 403 404
report-file        unknown          | in 403 404
report-saves       draft            | in 403 200 200 404 404 404 404
report-saves       shared           | in 403 200 200 404 404 404 404
report-saves       published        | in 403 404
report-saves       unknown          | in 403 404
report-schedule    submitted        | in 403 403 302 404 404 404 404
report-schedule    published        | in 403 404
report-schedule    unknown          | in 403 404
report-stop        submitted        | in 403 403 302 404 404 404 404
report-stop        published        | in 403 404
report-stop        unknown          | in 403 404
report-share       submitted        | in 403 403 302 404 404 404 404
report-share       published        | in 403 404
report-share       unknown          | in 403 404
report-comment     submitted        | in 403 302 302 404 404 404 404
report-comment     shared           | in 403 302 302 404 302 404 404
report-comment     published        | in 403 404
report-comment     unknown          | in 403 404
report-confirm     on behalf        | in 403 403 200 403 403 403 403
report-confirm     published        | in 403 403 404 403 403 403 403
report-confirm     submitted        | in 403 404
report-confirm     unknown          | in 403 404
report-translate   published        | in 403 200 200 403 403 200 200
report-translate   submitted        | in 403 404
report-translate   unknown          | in 403 404
report-no-change   CA PRO-27        | in 403 200 200 403 403 403 403
report-no-change   MX PRO-27        | in 403 403 403 409 409 403 403
report-no-change   CA ZZZ-99        | in 403 404
report-no-change   in hidden plan   | in 403 404
report-on-behalf   CA PRO-27        | in 403 403 403 403 403 200 200
report-on-behalf   MX PRO-27        | in 403 403 403 403 403 200 200
report-on-behalf   CA ZZZ-99        | in 403 404
report-on-behalf   in hidden plan   | in 403 404
report-withdraw    submitted        | in 403 302 302 404 404 404 404
report-withdraw    published        | in 403 404
report-withdraw    unknown          | in 403 404
report-return      submitted        | in 403 403 302 404 404 404 404
report-return      published        | in 403 404
report-return      unknown          | in 403 404
report-publish     submitted        | in 403 403 302 404 404 404 404
report-publish     published        | in 403 302
report-publish     unknown          | in 403 404
report-concur      published        | in 403 403 403 403 200 403 403
report-concur      Mexico's published | in 403 403 200 403 403 403 403
report-concur      submitted        | in 403 404
report-concur      unknown          | in 403 404
proposal-list      the plan         | in 403 403 200 403 200 200 200
proposal-list      hidden plan      | in 403 404
proposal-detail    Canada's         | in 403 403 200 403 200 200 200
proposal-detail    unknown          | in 403 403 404 403 404 404 404
proposal-detail    of hidden plan   | in 403 404
proposal-withdraw  Canada's         | in 403 403 302 403 302 302 302
proposal-withdraw  unknown          | in 403 403 404 403 404 404 404
proposal-accept-plan the plan       | in 403 403 200 403 200 200 200
proposal-accept-plan hidden plan    | in 403 404
proposal-write     PRO-27           | in 403 403 200 403 200 200 200
proposal-write     ZZZ-99           | in 403 403 404 403 404 404 404
proposal-write     of hidden plan   | in 403 404
minutes-write      a meeting        | in 403 403 200 403 200 200 200
minutes-write      nobody-knows     | in 403 403 404 403 404 404 404
minutes-write      of hidden plan   | in 403 404
redaction-write    1                | in 403 403 200 403 200 200 200
redaction-write    999999           | in 403 403 404 403 404 404 404
redaction-write    of hidden plan   | in 403 404
record-answer      PRO-05           | in 403 403 200 403 200 403 403
record-answer      ZZZ-99           | in 403 403 404 403 404 403 403
record-answer      of hidden plan   | in 403 404
period-work        2026-q3          | in 403 403 200 403 200 403 403
period-work        2036-q3          | in 403 403 404 403 404 403 403
period-work        of hidden plan   | in 403 404
narrative-publish  2026-q3          | in 403 403 302 403 302 403 403
narrative-publish  2036-q3          | in 403 403 404 403 404 403 403
ledger-sign        2026-q3          | in 403 403 302 403 302 403 403
ledger-sign        2036-q3          | in 403 403 404 403 404 403 403

admin:login                         | in 403 403 403 403 403 302 302
admin:logout                        | 302 403 403 403 403 403 405 405
admin:password_change               | in 403 403 403 403 403 302 302
admin:autocomplete                  | in 403
admin:view_on_site nothing          | in 403 403 403 403 403 404 404
admin:tracker_ledgerentry_add       | in 403
admin:tracker_decision_add          | in 403
admin:tracker_statusreport_add      | in 403
admin:tracker_standing_add          | in 403
admin:tracker_sourceparagraph_add   | in 403
admin:tracker_ledgerentry_delete    the row | in 403
admin:tracker_decision_delete       the row | in 403
admin:tracker_statusreport_delete   the row | in 403
admin:tracker_reading_delete        the row | in 403
admin:tracker_reportingperiod_delete the row | in 403
admin:tracker_standing_delete       the row | in 403
admin:tracker_sourceparagraph_delete the row | in 403
admin:tracker_user_*     the row    | in 403 403 403 403 403 403 200
admin:tracker_membership_* the row  | in 403 403 403 403 403 403 200
admin:-                  the row    | in 403 403 403 403 403 302 302
admin:*                  the row    | in 403 403 403 403 403 200 200

account_login                       | 200 302
account_logout                      | 302 200
account_signup                      | 200 302
account_inactive                    | 200
account_reset_password              | 200
account_reset_password_done         | 200
account_reset_password_from_key     | 200
account_reset_password_from_key_done | 200
account_email_verification_sent     | 200
account_confirm_email               | 200
account_confirm_login_code          | in 302
account_change_password             | in 302
account_reauthenticate              | in 403
account_*                           | in 200
mfa_authenticate                    | in 302
mfa_login_webauthn                  | in 302
mfa_reauthenticate*                 | in 403
mfa_deactivate_totp                 | in 404
mfa_*_recovery_codes                | in 404
mfa_generate_recovery_codes         | in 200
mfa_remove_webauthn  unknown        | in 404
mfa_edit_webauthn    unknown        | in 404
mfa_*                               | in 200
socialaccount_login_cancelled       | 200
socialaccount_login_error           | 401
socialaccount_signup                | in
socialaccount_connections           | in 200
-                                   | 302
"""

# Acts. Everything else answers 405 to all, but for account pages, which are allauth's own.
POST = """
report-write       CA PRO-27        | in 403 400 400 403 403 403 403
report-write       MX PRO-27        | in 403 403 403 400 400 403 403
report-write       CA PRO-05        | in 403 403 400 403 403 403 403
report-write       MX PRO-05        | in 403 403 403 403 409 403 403
report-write       CA ZZZ-99        | in 403 404
report-write       in hidden plan   | in 403 404
report-withdraw    submitted        | in 403 302 302 404 404 404 404
report-withdraw    not NSERC's      | in 403 404 302 404 404 404 404
report-withdraw    Mexico's         | in 403 404 404 302 302 404 404
report-withdraw    published        | in 403 403
report-withdraw    unknown          | in 403 404
report-return      submitted        | in 403 403 302 404 404 404 404
report-return      not NSERC's      | in 403 404 302 404 404 404 404
report-return      Mexico's         | in 403 404 404 403 302 404 404
report-return      published        | in 403 403
report-return      unknown          | in 403 404
report-publish     submitted        | in 403 403 302 404 404 404 404
report-publish     not NSERC's      | in 403 404 302 404 404 404 404
report-publish     Mexico's         | in 403 404 404 403 302 404 404
report-publish     draft            | in 403 403 409 404 404 404 404
report-publish     published        | in 403 302
report-publish     unknown          | in 403 404
report-concur      published        | in 403 403 403 403 302 403 403
report-concur      Mexico's published | in 403 403 302 403 403 403 403
report-concur      submitted        | in 403 404
report-concur      unknown          | in 403 404
report-schedule    submitted        | in 403 403 302 404 404 404 404
report-schedule    draft            | in 403 403 409 404 404 404 404
report-schedule    Mexico's         | in 403 404 404 403 302 404 404
report-stop        submitted        | in 403 403 302 404 404 404 404
report-stop        Mexico's         | in 403 404 404 403 302 404 404
report-share       submitted        | in 403 403 302 404 404 404 404
report-share       draft            | in 403 403 409 404 404 404 404
report-share       Mexico's         | in 403 404 404 403 302 404 404
report-comment     submitted        | in 403 302 302 404 404 404 404
report-comment     Mexico's         | in 403 404 404 302 302 404 404
report-comment     shared           | in 403 302 302 404 302 404 404
report-comment     published        | in 403 403
report-confirm     on behalf        | in 403 403 302 403 403 403 403
report-confirm     published        | in 403 403 404 403 403 403 403
report-translate   published        | in 403 302 302 403 403 302 302
report-no-change   CA PRO-27        | in 403 409 409 403 403 403 403
report-on-behalf   CA PRO-27        | in 403 403 403 403 403 400 400
proposal-detail    Canada's         | in 403 403 409 403 302 409 409
proposal-detail    unknown          | in 403 403 404 403 404 404 404
proposal-withdraw  Canada's         | in 403 403 302 403 403 403 403
proposal-accept-plan the plan       | in 403 403 409 403 409 409 409
proposal-write     PRO-27           | in 403 403 302 403 302 302 302
proposal-write     ZZZ-99           | in 403 403 404 403 404 404 404
minutes-write      a meeting        | in 403 403 400 403 400 400 400
redaction-write    1                | in 403 403 400 403 400 400 400
record-answer      PRO-05           | in 403 403 302 403 302 403 403
record-answer      ZZZ-99           | in 403 403 404 403 404 403 403
period-work        2026-q3          | in 403 403 302 403 302 403 403
period-work        2036-q3          | in 403 403 404 403 404 403 403
narrative-publish  2026-q3          | in 403 403 302 403 302 403 403
ledger-sign        2026-q3          | in 403 403 302 403 302 403 403

admin:login                         | in 403 403 403 403 403 302 302
admin:logout                        | 302 403 403 403 403 403 302 302
admin:password_change               | in 403 403 403 403 403 302 302
admin:jsi18n                        | in 403 403 403 403 403 405 405
admin:password_change_done          | in 403 403 403 403 403 405 405
admin:autocomplete                  | in 403 403 403 403 403 405 405
"""


@dataclass(frozen=True)
class Line:
    name: str
    thing: str
    answers: tuple[str, ...]  # one for each of ROLES

    def answer(self, role: str) -> str:
        return self.answers[ROLES.index(role)]


def lines(table: str) -> list[Line]:
    """The table's lines; the last answer of a short line holds for all who follow."""
    found = []
    for text in table.strip().splitlines():
        if not text.strip():
            continue
        left, right = text.split("|")
        name, _space, thing = left.strip().partition(" ")
        answers = right.split()
        answers += answers[-1:] * (len(ROLES) - len(answers))
        found.append(Line(name, thing.strip(), tuple(answers)))
    return found


def lines_of(table: str, name: str) -> list[Line]:
    """The lines for one address: those that name it, else the first pattern that holds it."""
    named = [line for line in lines(table) if line.name == name]
    patterns = [line for line in lines(table) if "*" in line.name]
    return named or [line for line in patterns if fnmatchcase(name, line.name)][:1]
