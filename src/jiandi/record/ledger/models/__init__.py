"""One file per thing; import the models from here."""

from jiandi.record.ledger.models.assessment import Assessment, AssessmentScore
from jiandi.record.ledger.models.campaign import Answer, AskedUnit, Campaign, CampaignQuestion, Reminder
from jiandi.record.ledger.models.cause import Cause, CauseWord
from jiandi.record.ledger.models.claim import RETURN_REASONS, Check, Claim, Closing, ClosingStep
from jiandi.record.ledger.models.counter import Counter
from jiandi.record.ledger.models.dispute import ANSWERED_DISPUTES, OPEN_DISPUTES, Dispute
from jiandi.record.ledger.models.extension import CatchUp, Extension
from jiandi.record.ledger.models.feed import Carried, ProposedProblem
from jiandi.record.ledger.models.file_look import FileLook, Likeness
from jiandi.record.ledger.models.finding import OPEN_STATES, Finding, FindingLink, FindingParty
from jiandi.record.ledger.models.institution import Institution, MeasureRule, ProofOfUse, RuleNotFollowed, RuleQuestion
from jiandi.record.ledger.models.kept_cycle import KeptCycle
from jiandi.record.ledger.models.letter import Letter, LetterItem
from jiandi.record.ledger.models.lookback import Commitment, Draw, LookBack
from jiandi.record.ledger.models.measure import Measure, MeasureFinding, MeasurePart, MeasureSupport
from jiandi.record.ledger.models.milestone import OwnMilestone
from jiandi.record.ledger.models.papers import MeetingRecord, Pledge
from jiandi.record.ledger.models.phase_change import PhaseChange, PhaseLine
from jiandi.record.ledger.models.plan import PlanVersion
from jiandi.record.ledger.models.plan_change import PlanChange
from jiandi.record.ledger.models.plan_review import PlanPart, PlanRemark, PlanReview
from jiandi.record.ledger.models.poll import Poll, PollGroup, PollLink, PollLinkUse, PollSheet, PollVote
from jiandi.record.ledger.models.prescribed_form import PrescribedForm
from jiandi.record.ledger.models.programme import Indicator, IndicatorValue, MeasureProgramme, Programme
from jiandi.record.ledger.models.progress import Evidence, EvidenceSeen, EvidenceUse, ProgressNote
from jiandi.record.ledger.models.raised_cause import MATTERS, OPEN_RAISED, TAKEN_UP, WITH_RECEIVER, RaisedCause
from jiandi.record.ledger.models.reconciliation import Decision, Reconciliation, ReconciliationLine
from jiandi.record.ledger.models.report import ImportBatch, RememberedMapping, Report
from jiandi.record.ledger.models.returned import ReturnedCell, ReturnedLedger
from jiandi.record.ledger.models.round import Assignment, Round
from jiandi.record.ledger.models.stage_goal import StageGoal
from jiandi.record.ledger.models.support import OPEN_SUPPORTS, Support
from jiandi.record.ledger.models.transfer import PASSED, Transfer
from jiandi.record.ledger.models.upper import UpperReview

__all__ = [
    "ANSWERED_DISPUTES",
    "MATTERS",
    "OPEN_DISPUTES",
    "OPEN_RAISED",
    "OPEN_STATES",
    "OPEN_SUPPORTS",
    "PASSED",
    "RETURN_REASONS",
    "TAKEN_UP",
    "WITH_RECEIVER",
    "Answer",
    "AskedUnit",
    "Assessment",
    "AssessmentScore",
    "Assignment",
    "Campaign",
    "CampaignQuestion",
    "Carried",
    "CatchUp",
    "Cause",
    "CauseWord",
    "Check",
    "Claim",
    "Closing",
    "ClosingStep",
    "Commitment",
    "Counter",
    "Decision",
    "Dispute",
    "Draw",
    "Evidence",
    "EvidenceSeen",
    "EvidenceUse",
    "Extension",
    "FileLook",
    "Finding",
    "FindingLink",
    "FindingParty",
    "ImportBatch",
    "Indicator",
    "IndicatorValue",
    "Institution",
    "KeptCycle",
    "Letter",
    "LetterItem",
    "Likeness",
    "LookBack",
    "Measure",
    "MeasureFinding",
    "MeasurePart",
    "MeasureProgramme",
    "MeasureRule",
    "MeasureSupport",
    "MeetingRecord",
    "OwnMilestone",
    "PhaseChange",
    "PhaseLine",
    "PlanChange",
    "PlanPart",
    "PlanRemark",
    "PlanReview",
    "PlanVersion",
    "Pledge",
    "Poll",
    "PollGroup",
    "PollLink",
    "PollLinkUse",
    "PollSheet",
    "PollVote",
    "PrescribedForm",
    "Programme",
    "ProgressNote",
    "ProofOfUse",
    "ProposedProblem",
    "RaisedCause",
    "Reconciliation",
    "ReconciliationLine",
    "RememberedMapping",
    "Reminder",
    "Report",
    "ReturnedCell",
    "ReturnedLedger",
    "Round",
    "RuleNotFollowed",
    "RuleQuestion",
    "StageGoal",
    "Support",
    "Transfer",
    "UpperReview",
]
