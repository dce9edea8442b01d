"""The static type of every operation's result. Checked by mypy (session `typing`), never run."""

from typing import assert_type

from mediatasks_clients.boro import models as boro_models
from mediatasks_clients.kokoon import models as kokoon_models
from mediatasks_clients.livepeer import models as livepeer_models
from mediatasks_clients.taskengine import models as taskengine_models
from mediatasks_clients.vionlabs import models as vionlabs_models

import mediatasks
from mediatasks.client import Reply
from mediatasks.client.batch import PendingCall


def taskengine(client: mediatasks.TaskEngine) -> None:
    models = taskengine_models
    assert_type(client.get_status(), models.Status)
    assert_type(client.get_health(), models.Health)
    assert_type(client.get_dashboard(), models.Dashboard)
    accepted = client.create_job(client="c", job={"workflow": "w"}, parameters={"content_id": "x"})
    assert_type(accepted, models.JobAccepted)
    assert_type(client.list_jobs(limit=3), list[models.Job | None])
    assert_type(client.get_job(int(accepted.id)), models.Job)
    assert_type(client.update_job(123, priority="2"), models.JobUpdated)
    assert_type(client.rerun_job(123), models.JobAccepted)
    assert_type(client.list_logs(123), list[models.Log | None])
    assert_type(client.list_schedules(), models.ScheduleList)
    assert_type(client.update_schedule(schedule="s", active=True), models.ScheduleUpdated)
    assert_type(client.update_setting(name="max_jobs", setting=4), models.SettingUpdated)
    assert_type(client.detailed(client.get_job, 123), Reply[models.Job])


def boro(client: mediatasks.Boro) -> None:
    models = boro_models
    assert_type(client.task_report(project_id=2, task_ids="*"), list[models.TaskReport | None])
    assert_type(client.task_status(project_id=2, task_ids=[1]), list[models.TaskChain | None])
    tasks = [{"template_id": 63, "uri": "file:///a.mp4"}]
    assert_type(client.task_start(project_id=2, tasks=tasks), list[models.StartedTask | None])
    assert_type(client.task_stop(project_id=2, task_ids=1), list[models.StoppedTask | None])
    assert_type(client.template_list(project_id=2), list[models.Template | None])
    with client.batch() as batch:
        call = batch.add(client.template_list, project_id=2)
    assert_type(call, PendingCall[list[models.Template | None]])


def kokoon(client: mediatasks.KoKoon) -> None:
    models = kokoon_models
    created = client.create_task(
        task_type="SR",
        ai_model_name=models.AiModelName.BLUEWHALE,
        use_film_grain=True,
        use_color_grading=False,
        vid="v",
        width=1280,
        height=720,
    )
    assert_type(created, models.TaskCreated)
    assert_type(client.get_task("t"), models.Task)
    assert_type(client.list_tasks(), models.TaskPage)


def livepeer(client: mediatasks.Livepeer) -> None:
    models = livepeer_models
    assert_type(client.list_tasks(limit=2), list[models.Task | None])
    assert_type(client.get_task("t"), models.Task)
    assert_type(client.retry_task("t"), models.TaskReference)
    task = client.create_transcode(
        input={"url": "u"}, storage={"type": "s3"}, outputs={"hls": {"path": "/"}}
    )
    assert_type(task, models.Task)


def vionlabs(client: mediatasks.Vionlabs) -> None:
    models = vionlabs_models
    assert_type(client.create_task(inventory_id="i", product="markers", version="1.0.1"), models.Task)
    assert_type(client.get_task("t"), models.Task)
    assert_type(client.cancel_task("t"), models.Task)
    assert_type(client.get_product_task("i", "markers", "1.0.1"), models.ProductTask)
    assert_type(client.create_product_task("i", "markers", "1.0.1"), models.ProductTask)
    assert_type(client.deactivate_product_task("i", "markers", "1.0.1"), models.ProductTask)
    assert_type(client.list_items(), list[models.CatalogEntry | None])
    client.upsert_item(id="i", type="standalone", title="t")
    assert_type(client.get_item("standalone", "i"), models.CatalogItem)


async def asynchronous(engine: mediatasks.AsyncTaskEngine, boro: mediatasks.AsyncBoro) -> None:
    assert_type(await engine.get_job(123), taskengine_models.Job)
    assert_type(await engine.detailed(engine.get_job, 123), Reply[taskengine_models.Job])
    async with boro.batch() as batch:
        call = batch.add(boro.template_list, project_id=2)
    assert_type(call, PendingCall[list[boro_models.Template | None]])
