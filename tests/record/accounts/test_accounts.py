"""Units and their past, duties by two people, invitations, keys, locked people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, RuleBroken
from jiandi.record.accounts import actions, queries
from jiandi.record.accounts.backend import Backend
from jiandi.record.accounts.models import Duty, Invitation, Token, Unit, UnitAlias, UnitSpan, User, end_of_subtree
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import as_actor, give, make_post, make_unit, make_user
from tests.cast import Cast


def paths() -> dict[str, str]:
    return dict(Unit.objects.values_list("name", "path"))


class TestUnits:
    @pytest.fixture
    def tree(self, db: None) -> dict[str, Unit]:
        root = make_unit("市")
        left, right = make_unit("甲局", root), make_unit("乙局", root)
        return {"root": root, "left": left, "right": right, "inner": make_unit("甲局一科", left)}

    def test_a_new_unit_stands_behind_its_siblings(self, tree: dict[str, Unit]) -> None:
        assert paths() == {"市": "0001", "甲局": "00010001", "乙局": "00010002", "甲局一科": "000100010001"}
        assert UnitSpan.objects.filter(until=None).count() == 4

    def test_moving_takes_the_whole_subtree_along(self, tree: dict[str, Unit]) -> None:
        deep = make_unit("一组", tree["inner"])
        actions.move_unit(actor=SYSTEM, unit=tree["left"], parent=tree["right"], version=1)
        assert paths() == {
            "市": "0001",
            "乙局": "00010002",
            "甲局": "000100020001",
            "甲局一科": "0001000200010001",
            "一组": "00010002000100010001",
        }
        moved = Unit.objects.get(pk=deep.pk)
        assert (moved.version, moved.trail_number) == (2, 2)
        spans = UnitSpan.objects.filter(unit=deep).order_by("pk").values_list("path", "until")
        assert list(spans) == [("0001000100010001", clock.today()), (moved.path, None)]

    def test_a_unit_does_not_stand_below_itself(self, tree: dict[str, Unit]) -> None:
        for parent in ("left", "inner"):
            with pytest.raises(RuleBroken, match="circle"):
                actions.move_unit(actor=SYSTEM, unit=tree["left"], parent=tree[parent], version=1)

    def test_a_place_left_by_a_move_is_free_again_only_at_the_end(self, tree: dict[str, Unit]) -> None:
        actions.move_unit(actor=SYSTEM, unit=tree["left"], parent=None, version=1)
        assert make_unit("丙局", tree["root"]).path == "00010003"

    def test_a_new_name_leaves_the_old_one_as_alias_and_span(self, tree: dict[str, Unit]) -> None:
        for version, name in ((1, "甲局（新）"), (2, "甲委"), (3, "甲局")):
            actions.rename_unit(actor=SYSTEM, unit=tree["left"], name=name, short_name="甲", version=version)
        assert set(UnitAlias.objects.filter(unit=tree["left"]).values_list("name", flat=True)) == {"甲局", "甲局（新）", "甲委"}
        names = list(UnitSpan.objects.filter(unit=tree["left"]).order_by("pk").values_list("name", flat=True))
        assert names == ["甲局", "甲局（新）", "甲委", "甲局"]
        assert UnitSpan.objects.get(unit=tree["left"], until=None).path == tree["left"].path
        assert queries.units_by_name()["甲委"] == tree["left"].pk

    def test_a_name_of_two_units_names_none(self, tree: dict[str, Unit]) -> None:
        actions.add_aliases(actor=SYSTEM, unit=tree["right"], names=["甲局", "乙", " "])
        known = queries.units_by_name()
        assert "甲局" not in known
        assert known["乙"] == tree["right"].pk

    def test_a_subtree_is_a_range_of_paths(self, tree: dict[str, Unit]) -> None:
        assert end_of_subtree("00019999") == "00020000"
        below = Unit.objects.filter(path__gte="00010001", path__lt=end_of_subtree("00010001"))
        assert {u.name for u in below} == {"甲局", "甲局一科"}

    def test_a_stale_move_or_name_loses(self, tree: dict[str, Unit]) -> None:
        with pytest.raises(Conflict):
            actions.move_unit(actor=SYSTEM, unit=tree["left"], parent=None, version=9)
        with pytest.raises(Conflict):
            actions.rename_unit(actor=SYSTEM, unit=tree["left"], name="丙", short_name="", version=9)

    @pytest.mark.parametrize("who", ["head", "supervisor", "system", "security", "auditor"])
    def test_only_the_office_changes_the_tree(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            actions.add_unit(actor=cast.actor(who), name="新局")
        with pytest.raises(NotAllowed):
            actions.move_unit(actor=cast.actor(who), unit=cast.bureau, parent=None, version=1)


class TestDuties:
    @pytest.fixture
    def second(self, cast: Cast) -> Actor:
        user = make_user("安全管理员二")
        give(user, cast.office, roles.SECURITY_ADMIN)
        return as_actor(user)

    def given(self, cast: Cast, role: str = roles.LIAISON) -> Duty:
        person, post = make_user(), make_post(cast.bureau)
        return actions.give_duty(actor=cast.actor("security"), user=person, post=post, role=role)

    def test_it_holds_only_after_a_second_persons_word(self, cast: Cast, second: Actor) -> None:
        duty = self.given(cast)
        assert not as_actor(duty.user).duties
        with pytest.raises(RuleBroken, match="second_person"):
            actions.confirm_duty(actor=cast.actor("security"), duty=duty, version=1)
        actions.confirm_duty(actor=second, duty=duty, version=1)
        assert [d.role for d in as_actor(duty.user).duties] == [roles.LIAISON]
        with pytest.raises(RuleBroken, match="nothing_to_confirm"):
            actions.confirm_duty(actor=second, duty=duty, version=2)

    def test_a_duty_ends_today_and_its_history_stays(self, cast: Cast) -> None:
        duty = cast.people["head"].duties.get()
        actions.end_duty(actor=cast.actor("security"), duty=duty, version=1, reason="调离")
        assert not cast.actor("head").duties
        assert Duty.objects.filter(pk=duty.pk).exists()

    def test_the_same_duty_is_not_given_twice(self, cast: Cast) -> None:
        duty = self.given(cast)
        with pytest.raises(BadInput, match="duty_held"):
            actions.give_duty(actor=cast.actor("security"), user=duty.user, post=duty.post, role=duty.role)

    def test_administrators_stay_apart(self, cast: Cast) -> None:
        for name, role in (("system", roles.SECURITY_ADMIN), ("clerk", roles.AUDIT_ADMIN), ("auditor", roles.CLERK)):
            with pytest.raises(RuleBroken, match="duties_clash"):
                actions.give_duty(actor=cast.actor("security"), user=cast.people[name], post=make_post(cast.office), role=role)

    @pytest.mark.parametrize("who", ["system", "auditor", "director", "head"])
    def test_only_the_security_administrator_gives_confirms_and_ends(self, cast: Cast, who: str) -> None:
        duty = self.given(cast)
        with pytest.raises(NotAllowed):
            actions.give_duty(actor=cast.actor(who), user=duty.user, post=duty.post, role=roles.HEAD)
        with pytest.raises(NotAllowed):
            actions.confirm_duty(actor=cast.actor(who), duty=duty, version=1)
        with pytest.raises(NotAllowed):
            actions.end_duty(actor=cast.actor(who), duty=duty, version=1, reason="")

    def test_a_duty_of_tomorrow_is_none_today(self, cast: Cast) -> None:
        user = make_user()
        since = clock.today() + timedelta(days=1)
        actions.give_duty(actor=SYSTEM, user=user, post=make_post(cast.bureau), role=roles.HEAD, since=since)
        assert not as_actor(user).duties
        with clock.at(clock.start_of(since)):
            assert as_actor(user).duties


class TestInvitations:
    @pytest.fixture
    def guest(self, cast: Cast) -> User:
        return actions.add_user(actor=cast.actor("system"), name="guest", full_name="新人")

    def test_a_link_works_once(self, cast: Cast, guest: User) -> None:
        secret = actions.create_invitation(actor=cast.actor("system"), user=guest)
        assert Backend().authenticate(None, "guest", "一个很长的口令") is None
        actions.accept_invitation(secret=secret, password="一个很长的口令")
        assert Backend().authenticate(None, "guest", "一个很长的口令") == guest
        with pytest.raises(BadInput, match="link_used"):
            actions.accept_invitation(secret=secret, password="另一个很长的口令")

    def test_a_link_ends_after_its_days(self, cast: Cast, guest: User) -> None:
        secret = actions.create_invitation(actor=cast.actor("system"), user=guest)
        with clock.at(clock.now() + timedelta(days=actions.INVITATION_DAYS, seconds=1)), pytest.raises(BadInput):
            actions.accept_invitation(secret=secret, password="一个很长的口令")

    def test_a_locked_person_does_not_come_in_by_a_link(self, cast: Cast, guest: User) -> None:
        secret = actions.create_invitation(actor=cast.actor("system"), user=guest)
        guest.refresh_from_db()
        actions.lock_user(actor=cast.actor("system"), user=guest, version=guest.version, reason="调离")
        with pytest.raises(BadInput):
            actions.accept_invitation(secret=secret, password="一个很长的口令")

    def test_only_digests_are_kept(self, cast: Cast, guest: User) -> None:
        secret = actions.create_invitation(actor=cast.actor("system"), user=guest)
        assert Invitation.objects.get().secret_digest == actions.token_digest(secret) != secret

    def test_business_invites_nobody(self, cast: Cast, guest: User) -> None:
        for who in ("director", "security"):
            with pytest.raises(NotAllowed):
                actions.create_invitation(actor=cast.actor(who), user=guest)


class TestKeysAndLocks:
    def test_people_make_their_own_keys_and_only_they_end_them(self, cast: Cast) -> None:
        clerk, user = cast.actor("clerk"), cast.people["clerk"]
        secret = actions.make_token(actor=clerk, user=user, label="报表")
        token = Token.objects.get()
        assert token.secret_digest == actions.token_digest(secret) != secret
        with pytest.raises(RuleBroken):
            actions.make_token(actor=cast.actor("system"), user=user, label="偷")
        with pytest.raises(RuleBroken):
            actions.end_token(actor=cast.actor("system"), token=token)
        actions.end_token(actor=clerk, token=token)
        assert Token.objects.get().ended_at

    def test_last_use_is_kept_to_the_hour(self, cast: Cast) -> None:
        actions.make_token(actor=cast.actor("clerk"), user=cast.people["clerk"], label="报表")
        used = []
        for minutes in (0, 30, 61):
            with clock.at(clock.now() + timedelta(minutes=minutes)):
                actions.touch_token(Token.objects.get())
            used.append(Token.objects.get().last_used_at)
        assert used[0] == used[1] != used[2]

    def test_a_locked_person_does_not_sign_in(self, cast: Cast) -> None:
        user = actions.add_user(actor=SYSTEM, name="someone", full_name="某人", password="一个很长的口令")
        assert Backend().authenticate(None, "someone", "一个很长的口令") == user
        actions.lock_user(actor=cast.actor("system"), user=user, version=1, reason="离岗")
        assert Backend().authenticate(None, "someone", "一个很长的口令") is None
        assert Backend().get_user(user.pk) is None

    def test_a_name_is_taken_once(self, cast: Cast) -> None:
        with pytest.raises(BadInput, match="name_taken"):
            actions.add_user(actor=cast.actor("system"), name="clerk", full_name="另一人")

    @pytest.mark.parametrize("who", ["security", "auditor", "director"])
    def test_only_the_system_administrator_adds_and_locks(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            actions.add_user(actor=cast.actor(who), name="x", full_name="x")
        with pytest.raises(NotAllowed):
            actions.lock_user(actor=cast.actor(who), user=cast.people["head"], version=1, reason="x")


class TestSingleClerk:
    @pytest.fixture
    def alone(self, cast: Cast) -> Cast:
        actions.found_installation(name="云溪市", mode="single_clerk")
        return cast

    def test_the_clerk_stands_for_a_seat_and_nobody_else_does(self, alone: Cast) -> None:
        post = actions.add_seat(actor=SYSTEM, unit=alone.audit, title="核查员", role=roles.VERIFIER)
        actor = as_actor(alone.people["clerk"], stands_for=post.pk)
        assert (actor.holder, {d.role for d in actor.duties}) == (f"post:{post.pk}", {roles.CLERK, roles.VERIFIER})
        assert as_actor(alone.people["head"], stands_for=post.pk).stands_for is None

    def test_no_seat_is_an_administrators(self, alone: Cast) -> None:
        with pytest.raises(RuleBroken, match="no_seat"):
            actions.add_seat(actor=SYSTEM, unit=alone.audit, title="x", role=roles.AUDIT_ADMIN)

    def test_formal_use_ends_it(self, alone: Cast) -> None:
        post = actions.add_seat(actor=SYSTEM, unit=alone.audit, title="核查员", role=roles.VERIFIER)
        actions.declare_formal_use(actor=alone.actor("security"), version=1)
        assert as_actor(alone.people["clerk"], stands_for=post.pk).stands_for is None
        with pytest.raises(RuleBroken, match="not_single"):
            actions.add_seat(actor=SYSTEM, unit=alone.audit, title="另一", role=roles.VERIFIER)

    def test_an_installation_is_founded_once(self, alone: Cast) -> None:
        with pytest.raises(RuleBroken, match="founded"):
            actions.found_installation(name="x", mode="office")
