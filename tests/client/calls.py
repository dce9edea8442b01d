"""One call of every operation, for tests that drive whole clients."""

TRANSCODE = {
    "input": {"url": "https://example.org/a.mp4"},
    "storage": {
        "type": "s3",
        "endpoint": "https://s3.example.org",
        "bucket": "b",
        "credentials": {"accessKeyId": "a", "secretAccessKey": "s"},
    },
    "outputs": {"hls": {"path": "/hls"}},
}

# provider → (method, arguments, keyword arguments), in an order that works from a new mock on.
CALLS = {
    "boro": [
        ("template_list", (), {"project_id": 2}),
        ("task_report", (), {"project_id": 2, "task_ids": [2213, 2222]}),
        ("task_start", (), {"project_id": 2, "tasks": [{"template_id": 63, "uri": "file:///a.mp4"}]}),
        ("task_status", (), {"project_id": 2, "task_ids": 2213}),
        ("task_stop", (), {"project_id": 2, "task_ids": 2213}),
    ],
    "kokoon": [
        (
            "create_task",
            (),
            {
                "task_type": "SR",
                "ai_model_name": "bluewhale",
                "use_film_grain": True,
                "use_color_grading": False,
                "vid": "a600c7e0-b5d3-11ee-8bc1-e3593f7b2d5c",
                "width": 1280,
                "height": 720,
            },
        ),
        ("get_task", ("89f758a0-ba76-11ee-8fa6-17cde62e8e05",), {}),
        ("list_tasks", (), {"step": "done"}),
    ],
    "livepeer": [
        ("list_tasks", (), {"limit": 2}),
        ("get_task", ("09F8B46C-61A0-4254-9875-F71F4C605BC7",), {}),
        ("create_transcode", (), TRANSCODE),
        ("retry_task", ("5d0c2b9e-7a41-4f1f-9a64-3c8e0d1f7b22",), {}),
    ],
    "taskengine": [
        ("get_status", (), {}),
        ("get_health", (), {}),
        ("get_dashboard", (), {}),
        (
            "create_job",
            (),
            {
                "client": "demo-client",
                "job": {"workflow": "vodcapture"},
                "parameters": {"content_id": "demo_1"},
            },
        ),
        ("list_jobs", (), {"limit": 3, "client": "demo-client", "state": 2}),
        ("get_job", (123,), {}),
        ("update_job", (125,), {"priority": "2"}),
        ("rerun_job", (114,), {}),
        ("list_logs", (123,), {}),
        ("list_schedules", (), {}),
        ("update_schedule", (), {"schedule": "queue_scheduled_jobs", "active": True}),
        ("update_setting", (), {"name": "max_jobs", "setting": "4"}),
    ],
    "vionlabs": [
        ("upsert_item", (), {"id": "item-9", "type": "standalone", "title": "Nine"}),
        ("get_item", ("standalone", "item-9"), {}),
        ("list_items", (), {}),
        ("create_product_task", ("item-9", "markers", "1.0.1"), {}),
        ("get_product_task", ("item-9", "markers", "1.0.1"), {}),
        ("deactivate_product_task", ("item-9", "markers", "1.0.1"), {}),
        ("create_task", (), {"inventory_id": "item-9", "product": "markers", "version": "1.0.1"}),
        ("get_task", ("3f0c6f6e-5b0a-4b8e-9c55-0d4f6f1f7a01",), {}),
        ("cancel_task", ("3f0c6f6e-5b0a-4b8e-9c55-0d4f6f1f7a01",), {}),
    ],
}
