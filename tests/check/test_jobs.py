"""Jobs in processes."""

from multiprocessing.context import SpawnProcess

from mediatasks.check import Options, plan_jobs, run_jobs


def test_each_job_has_a_process_of_its_own_so_that_a_seed_repeats(made_up, monkeypatch):
    started, start = [], SpawnProcess.start

    def record(process):
        started.append(process)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", record)
    names = ["press", "render"]
    options = Options(max_examples=1, phases=("examples",))
    jobs = plan_jobs(made_up.choose(names), None, options, {}, {})
    results = run_jobs(jobs, lambda provider, operation, phase: None, lambda result: None)
    assert [result.provider for result in results] == names
    assert len(started) == len(jobs)
