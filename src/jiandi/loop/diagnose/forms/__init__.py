"""What people type at this stage."""

from jiandi.loop.diagnose.forms.campaigns import AskForm, CellForm, MembersForm, ProofForm, SendOnForm, cell_form, text_name
from jiandi.loop.diagnose.forms.causes import CauseForm, CauseProofForm, FlagForm, KindForm
from jiandi.loop.diagnose.forms.raised import NOTES, WORDS, ProposeForm, RegisterForm, StepForm

__all__ = [
    "NOTES",
    "WORDS",
    "AskForm",
    "CauseForm",
    "CauseProofForm",
    "CellForm",
    "FlagForm",
    "KindForm",
    "MembersForm",
    "ProofForm",
    "ProposeForm",
    "RegisterForm",
    "SendOnForm",
    "StepForm",
    "cell_form",
    "text_name",
]
