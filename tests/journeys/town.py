"""A street with two communities, founded from the command line; who works there; and what most stories begin with."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ledger.kernel.clock import COMMUNITY_ZONE, business_day

from .deployments import Linli
from .people import Answer, Person, Program

NINE = time(9, 0, tzinfo=COMMUNITY_ZONE)
WEDNESDAY_MORNING = datetime.combine(date(2025, 10, 15), NINE)
PROVINCE, STREET, COMMUNITY = "210000000000", "210922100000", "210922100013"
DIVISIONS = f"""code,name,level,parent_code
{PROVINCE},辽宁省,province,
210900000000,阜新市,city,{PROVINCE}
210922000000,彰武县,county,210900000000
{STREET},彰武镇,street,210922000000
{COMMUNITY},老城社区居委会,community,{STREET}
210922100014,东风社区居委会,community,{STREET}
"""
PRINTED_CODE = re.compile(r"一次性登录码：([0-9A-Z]{4} [0-9A-Z]{4})")
POINTS = {"unit": "points", "basis": "per_hour", "rate": 1, "notice_working_days": 1, "expiry_months": 12}
POINTS_AT_ONCE = POINTS | {"notice_working_days": 0}
CARE = {"unit": "care_minutes", "basis": "per_minute", "rate": 1, "notice_working_days": 1}


class Town:
    """The town as its people see it. Everything but the clock and the command line goes over HTTP.

    staff, approver, keeper: who work in the community; they are there once it has opened for work.
    """

    administrator: Program
    staff: Person
    approver: Person
    keeper: Person

    def __init__(self, linli: Linli) -> None:
        self.linli = linli
        self.clock = linli.clock
        self.community = ""

    @property
    def today(self) -> str:
        return business_day(self.clock.now()).isoformat()

    def found(self, folder: Path) -> None:
        """Import the division list; nobody is known yet."""
        file = folder / "divisions.csv"
        file.write_text(DIVISIONS, encoding="utf-8")
        assert "新增 6 行" in self.linli.command("import", "organisations", file)

    def opens_for_work(self) -> None:
        """An administrator signs in with the code from the command line and gives a code to everybody who works here.

        The first time they are registered and given their roles before that.
        """
        self.administrator = self._administrator_of(STREET)
        if self.community:
            for person in (self.staff, self.approver, self.keeper):
                self._lets_in(person)
        else:
            self.community = self._community_id()
            self.staff = self.employs("林春梅", "staff")
            self.approver = self.employs("高建国", "approver")
            self.keeper = self.employs("王秀兰", "shelf_keeper")

    def another_morning(self, *, days: int = 1) -> None:
        """Nine o'clock some days later: what time alone causes was done, and everybody signs in anew."""
        self.clock.put(datetime.combine(business_day(self.clock.now()) + timedelta(days=days), NINE))
        self.linli.command("sweep")
        self.opens_for_work()

    def audits(self) -> Person:
        """An auditor, who may read the whole log: the role reaches from the top of the tree."""
        above = self._administrator_of(PROVINCE)
        top = above.sees("/v1/me")["home"]
        auditor = self.registers("沈青", by=above)
        role = {"role": "auditor", "organisation": top, "from_day": self.today}
        above.does(f"/v1/members/{auditor.id}/roles", **role)
        issued = above.does("/v1/sign-in-codes", member=auditor.id, purpose="staff")
        auditor.signs_in(issued.body["code"])
        return auditor

    def employs(self, name: str, *roles: str) -> Person:
        """Somebody with roles in the community, registered by the administrator, and signed in."""
        person = self.registers(name, by=self.administrator)
        for role in roles:
            asked = {"role": role, "organisation": self.community, "from_day": self.today}
            self.administrator.does(f"/v1/members/{person.id}/roles", **asked)
        self._lets_in(person)
        return person

    def registers(self, name: str, *, by: Person | None = None) -> Person:
        """Somebody at home in the community, whose identity card was seen. by: the staff unless somebody is named."""
        by = by or self.staff
        made = by.does("/v1/members", name=name, home=self.community)
        by.does(f"/v1/members/{made.body['member']}/verify", basis="identity-card")
        return Person(self.linli, name, made.body["member"])

    def welcomes(self, name: str) -> Person:
        """A resident with a phone, who signed in with the slip that the staff handed over."""
        resident = self.registers(name)
        slip = self.staff.does("/v1/sign-in-codes", member=resident.id, purpose="activation")
        resident.signs_in(slip.body["code"])
        return resident

    def stranger(self) -> Person:
        """A phone in a hand that nobody knows."""
        return Person(self.linli, "")

    def card_of(self, member: Person) -> tuple[str, str]:
        """A new card of the member: its id, and what a camera reads on it."""
        card = self.staff.does(f"/v1/members/{member.id}/cards").body["card"]
        return card, self.staff.reads_code(f"/v1/members/{member.id}/cards/{card}.png")

    def rule(self, **terms: Any) -> str:
        """A rule that holds from today, drafted by one person and published by another."""
        rule = self.staff.does("/v1/rules", organisation=self.community, terms=terms).id("rule")
        self.approver.does(f"/v1/rules/{rule}/publish", version=1, valid_from=self.today)
        return rule

    def opens_activity(self, *rules: str, **terms: Any) -> str:
        """An activity that begins in ten minutes, lasts two hours and has its door open."""
        begins = self.clock.now() + timedelta(minutes=10)
        session = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}
        plan = {"title": "清洁家园志愿日", "place": "社区广场", "organisation": self.community}
        asked = {**plan, "sessions": [session], "rules": rules, **terms}
        activity = self.staff.does("/v1/activities", **asked).id("activity")
        self.staff.does(f"/v1/activities/{activity}/publish")
        self.staff.does(f"/v1/activities/{activity}/open")
        return activity

    def posts_task(self, title: str, *rules: str, minutes: int, slots: int = 1) -> str:
        until = self.clock.now() + timedelta(days=3)
        plan = {"title": title, "organisation": self.community, "rules": rules, "slots": slots}
        return self.staff.does("/v1/tasks", **plan, minutes_planned=minutes, claim_until=until.isoformat()).id("task")

    def lists_reward(self, name: str, *, price: int, pieces: int) -> str:
        """Goods on the community's shelf."""
        asked = {"name": name, "organisation": self.community, "unit": "points", "price": price}
        reward = self.staff.does("/v1/rewards", **asked).id("reward")
        self.approver.does(f"/v1/rewards/{reward}/approve")
        self.keeper.does(f"/v1/rewards/{reward}/stock", pieces=pieces)
        return reward

    def waiting_for(self, *members: Person) -> list[str]:
        """The members' awards that nobody has decided on."""
        waiting = self.approver.sees("/v1/awards", organisation=self.community, status="proposed", limit=200)["items"]
        return [award["id"] for award in waiting if award["member"] in {member.id for member in members}]

    def approves_awards_of(self, *members: Person) -> Answer:
        return self.approver.does("/v1/awards/approve", awards=self.waiting_for(*members))

    def earns(self, member: Person, *, hours: int) -> None:
        """As many points as hours, through a task whose rule asks for no notice."""
        task = self.posts_task("整理图书角", self.rule(**POINTS_AT_ONCE, ceiling_minutes=None), minutes=60 * hours)
        member.does(f"/v1/tasks/{task}/claim")
        member.does(f"/v1/tasks/{task}/report", minutes=60 * hours, service_day=self.today)
        self.staff.does(f"/v1/tasks/{task}/accept", member=member.id, minutes=60 * hours)
        self.approves_awards_of(member)
        self.linli.command("sweep")

    @contextmanager
    def nothing_happening(self) -> Iterator[None]:
        """What is tried inside must leave the ledger as it was: not one event more."""
        before = self.linli.settle()
        yield
        assert self.linli.settle() == before

    def _administrator_of(self, division: str) -> Program:
        told = self.linli.command("admin", "create", "--name", "郑值班", "--organisation", division)
        (code,) = PRINTED_CODE.findall(told)
        administrator = Program(self.linli, "郑值班")
        administrator.signs_in_with(code)
        return administrator

    def _lets_in(self, person: Person) -> None:
        issued = self.administrator.does("/v1/sign-in-codes", member=person.id, purpose="staff")
        person.signs_in(issued.body["code"])

    def _community_id(self) -> str:
        above = self.administrator.sees("/v1/me")["home"]
        below = self.administrator.sees("/v1/organisations", parent=above)["items"]
        (found,) = [node["id"] for node in below if node["division_code"] == COMMUNITY]
        return found
