"""What people type at this stage."""

from jiandi.loop.diagnose.forms.campaigns import AskForm, CellForm, MembersForm, ProofForm, SendOnForm, cell_form, text_name
from jiandi.loop.diagnose.forms.causes import CauseForm

__all__ = ["AskForm", "CauseForm", "CellForm", "MembersForm", "ProofForm", "SendOnForm", "cell_form", "text_name"]
