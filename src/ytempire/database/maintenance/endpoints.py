"""HTTP for who looks after the database. Reads what maintenance wrote; nothing here changes anything."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ytempire.accounts.http.authentication import Administrator, sessions_of_request
from ytempire.alerts.endpoints import AlertOut
from ytempire.alerts.queries import list_alerts
from ytempire.database.maintenance import health
from ytempire.database.maintenance.models import MaintenanceRun
from ytempire.database.maintenance.schedule import TaskStatus
from ytempire.kit import clock
from ytempire.kit.http import PROBLEMS

router = APIRouter(prefix="/api/v1", tags=["database"], responses=PROBLEMS)


class FindingOut(BaseModel):
    check: str
    status: Literal["ok", "warning", "critical"]
    detail: str
    remedy: str | None


class ReportOut(BaseModel):
    checked_at: datetime
    ok: bool = Field(description="there is no problem; warnings are none")
    findings: list[FindingOut]

    @classmethod
    def from_row(cls, run: MaintenanceRun) -> Self:
        return cls.model_validate({"checked_at": run.started_at, **run.details})


class TaskRunOut(BaseModel):
    started_at: datetime
    finished_at: datetime | None
    outcome: Literal["running", "completed", "failed"]
    error: str | None


class TaskOut(BaseModel):
    name: str
    description: str
    interval_seconds: float
    due_at: datetime
    overdue: bool = Field(description="an interval late: nobody does it")
    running: bool
    last: TaskRunOut | None = Field(description="null: it was never done")

    @classmethod
    def from_status(cls, status: TaskStatus, is_held: bool) -> Self:
        return cls(
            name=status.task.name,
            description=status.task.description,
            interval_seconds=status.task.interval.total_seconds(),
            due_at=status.due_at,
            overdue=status.is_overdue,
            running=is_held and status.last is not None and status.last.finished_at is None,
            last=TaskRunOut.model_validate(status.last, from_attributes=True) if status.last is not None else None,
        )


class TableOut(BaseModel):
    name: str
    size_bytes: int = Field(description="with partitions, indexes and long values")
    rows: int | None = Field(description="the server's estimate; null: it never looked")
    rows_estimated_at: datetime | None = Field(description="null: it forgot, as after a crash")
    partitions_until: datetime | None = Field(description="from here on writes are refused; null: not by time")


class ConnectionsOut(BaseModel):
    used: int
    max: int


class DatabaseHealth(BaseModel):
    measured_at: datetime = Field(description="of the figures that name no time of their own")
    schema_revision: str
    size_bytes: int
    connections: ConnectionsOut
    report: ReportOut | None = Field(description="the doctor's last look; null: there was none yet")
    alerts: list[AlertOut] = Field(description="those of the installation that are open, newest first")
    tasks: list[TaskOut]
    tables: list[TableOut] = Field(description="the largest first")


@router.get("/database/health")
async def get_database_health(request: Request, me: Administrator) -> DatabaseHealth:
    """How the database is: the doctor's last report, open alerts, what maintenance did and when it is due again."""
    now = clock.now()
    async with sessions_of_request(request).begin() as session:
        statistics = await health.database_statistics(session)
        report = await health.last_report(session)
        alerts = await list_alerts(session, now, state="open", is_of_installation=True)
        tasks, is_held = await health.tasks(session, now)
        tables = await health.tables(session, now)
    return DatabaseHealth(
        measured_at=now,
        schema_revision=statistics.schema_revision,
        size_bytes=statistics.size_bytes,
        connections=ConnectionsOut(used=statistics.connections, max=statistics.most_connections),
        report=ReportOut.from_row(report) if report is not None else None,
        alerts=[AlertOut.from_row(alert) for alert in alerts],
        tasks=[TaskOut.from_status(task, is_held) for task in tasks],
        tables=[TableOut.model_validate(vars(table)) for table in tables],
    )
