# SPDX-License-Identifier: Apache-2.0
"""The interpreter's lock, Ctrl-C, callbacks, threads."""

import os
import signal
import threading
import time

import pytest

import sinew


def test_the_lock_is_released(hard):
    """Another thread counts on while a search runs in the main thread."""
    ended = threading.Event()
    ticks = []

    def count():
        while not ended.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    counting = threading.Thread(target=count)
    counting.start()
    begin = time.monotonic()
    verdict = sinew.verify(hard(), timeout=0.6)
    end = time.monotonic()
    ended.set()
    counting.join()
    assert verdict.status == "timeout"
    assert sum(begin < tick < end for tick in ticks) >= 10


def test_two_threads_search_at_once(hard):
    begins, ends, verdicts = [], [], []

    def search():
        question = hard()
        begins.append(time.monotonic())
        verdicts.append(sinew.verify(question, timeout=1.5))
        ends.append(time.monotonic())

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [v.status for v in verdicts] == ["timeout"] * 2
    assert max(begins) < min(ends)  # else one waited for the other


def interrupt_after(seconds):
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    return timer


def test_ctrl_c_raises(hard):
    question = hard()
    timer = interrupt_after(0.3)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        sinew.verify(question, timeout=60)
    assert time.monotonic() - begin < 10
    timer.join()
    assert sinew.verify(sinew.real("r") > 0).status == "sat"  # and nothing is left of it


def test_ctrl_c_keeps_the_best_so_far():
    n = 40
    k = sinew.integers("k", n, 0, 1)
    weights = [(37 * i * i + 11 * i) % 101 + 50 for i in range(n)]
    rows = [sum(((7 * i + 13 * j * i) % 23) * k[i] for i in range(n)) <= 150 for j in range(8)]
    model = sinew.Model()
    model.add(*rows)
    found = []
    verdict = None
    started = []

    def improved(value):
        found.append(value)
        if not started:
            started.append(interrupt_after(0.3))

    verdict = model.maximize(sum(w * k[i] for i, w in enumerate(weights)), timeout=60, on_improvement=improved)
    for timer in started:
        timer.join()
    assert verdict.status in ("feasible", "optimum")
    assert verdict.objective == found[-1]
    assert verdict.interrupted == (verdict.status == "feasible")


def test_a_handler_of_ones_own(hard):
    class Stop(Exception):
        pass

    def handler(*_):
        raise Stop

    before = signal.signal(signal.SIGINT, handler)
    try:
        timer = interrupt_after(0.2)
        with pytest.raises(Stop):
            sinew.verify(hard(), timeout=60)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_error_in_a_callback_ends_the_search(hard):
    def fails(*_):
        raise RuntimeError("enough")

    begin = time.monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        sinew.verify(hard(), timeout=120, on_progress=fails)
    assert time.monotonic() - begin < 100  # an engine tells when it comes to it


def test_one_question_is_for_one_thread(hard):
    question = sinew.Question(hard())
    errors = []

    def second():
        time.sleep(0.2)
        for call in (lambda: question.verify(timeout=1), lambda: question.export("smt2"),
                     lambda: question.include(sinew.real("new")), lambda: question.minimize(0, timeout=1)):
            try:
                call()
            except sinew.UsageError as error:
                errors.append(str(error))

    thread = threading.Thread(target=second)
    thread.start()
    question.verify(timeout=0.8)
    thread.join()
    assert len(errors) == 4 and all("another thread" in error for error in errors)
