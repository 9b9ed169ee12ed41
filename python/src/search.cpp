// SPDX-License-Identifier: Apache-2.0
#include "search.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "numbers.hpp"

namespace sinew::python {

namespace {
/// Signals reach Python in its main thread alone.
bool is_main_thread() {
    const py::module_ threading = py::module_::import("threading");
    return threading.attr("current_thread")().is(threading.attr("main_thread")());
}
}  // namespace

void Run::keep(py::error_already_set& error) {
    if (!raised_) raised_.emplace(std::move(error));
    interrupt_ = true;
}

void Run::operator()(const std::function<void(const std::atomic<bool>& interrupt)>& work) {
    if (!is_main_thread()) {
        const py::gil_scoped_release released;
        work(interrupt_);
        return;
    }
    std::mutex mutex;
    std::condition_variable ended;
    bool is_over = false;
    std::exception_ptr thrown;
    {
        const py::gil_scoped_release released;
        std::thread searching([&] {
            try {
                work(interrupt_);
            } catch (...) {
                thrown = std::current_exception();
            }
            const std::lock_guard lock(mutex);
            is_over = true;
            ended.notify_one();
        });
        std::unique_lock lock(mutex);
        while (!ended.wait_for(lock, std::chrono::milliseconds(20), [&] { return is_over; })) {
            lock.unlock();
            {
                const py::gil_scoped_acquire acquired;
                if (PyErr_CheckSignals() != 0) {
                    py::error_already_set error;
                    keep(error);
                }
            }
            lock.lock();
        }
        lock.unlock();
        searching.join();
    }
    if (thrown) std::rethrow_exception(thrown);
}

bool Run::call(const std::function<void()>& python) {
    const py::gil_scoped_acquire acquired;
    if (raised_) return false;
    try {
        python();
    } catch (py::error_already_set& error) {
        keep(error);
        return false;
    }
    return true;
}

void Run::rethrow() {
    if (raised_) throw std::move(*raised_);
}

SolveOptions options_of(const Limits& limits, Run& run, const std::atomic<bool>& interrupt) {
    SolveOptions options;
    options.seconds = limits.timeout;
    options.bytes = limits.memory;
    options.interrupt = &interrupt;
    options.seed = limits.seed;
    options.threads = limits.threads;
    options.strategy = limits.strategy;
    options.settings = limits.settings;
    if (!limits.on_improvement.is_none())
        options.on_improvement = [&limits, &run](const Rational& value) {
            run.call([&] { limits.on_improvement(to_fraction(value)); });
        };
    if (!limits.on_bound.is_none())
        options.on_bound = [&limits, &run](const Rational& value) {
            run.call([&] { limits.on_bound(to_fraction(value)); });
        };
    if (!limits.on_progress.is_none())
        options.on_progress = [&limits, &run](const SearchProgress& at) {
            run.call([&] { limits.on_progress(at.nodes, at.open, at.conflicts, at.depth); });
        };
    return options;
}

}  // namespace sinew::python
