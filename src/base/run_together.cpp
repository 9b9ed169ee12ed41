// SPDX-License-Identifier: Apache-2.0
#include "base/run_together.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include <sys/mman.h>

#include "base/work_times.hpp"

namespace sinew {

namespace {
/// Address space that threads do not take, however many are made: what they do together needs some.
class Room {
  public:
    explicit Room(bool is_needed)
        : place_(is_needed ? mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                           : MAP_FAILED) {}
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    ~Room() { leave(); }
    void leave() {
        if (place_ != MAP_FAILED) munmap(place_, bytes);
        place_ = MAP_FAILED;
    }

  private:
    static constexpr std::size_t bytes = std::size_t{32} << 20;
    void* place_;
};
}  // namespace

std::size_t run_together(std::size_t wanted, const std::function<void(std::size_t index, std::size_t count)>& work) {
    std::mutex mutex;
    std::condition_variable started;
    std::size_t count = 0;  // 0: not yet known
    std::exception_ptr error;
    const WorkPlace work_place = current_work();
    const auto run = [&](std::size_t index) {
        const WorkScope scope(work_place);
        try {
            work(index, count);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
    Room room(wanted > 2);  // the watchdog's one needs none
    std::vector<std::thread> others;
    others.reserve(std::max<std::size_t>(wanted, 1) - 1);
    try {
        for (std::size_t index = 1; index < wanted; ++index)
            others.emplace_back([&, index] {
                {
                    std::unique_lock lock(mutex);
                    started.wait(lock, [&] { return count != 0; });
                }
                run(index);
            });
    } catch (const std::system_error&) {  // no more threads
    } catch (const std::bad_alloc&) {
    }
    room.leave();
    {
        const std::lock_guard lock(mutex);
        count = others.size() + 1;
    }
    started.notify_all();
    run(0);
    for (std::thread& other : others) other.join();
    if (error) std::rethrow_exception(error);
    return count;
}

std::size_t run_together(std::size_t wanted, const Limits& limits,
                         const std::function<void(std::size_t index, std::size_t count, const Limits& own)>& work,
                         const std::function<void()>& failed) {
    const Limits scope_limits = current_limits();
    // Effort is counted by thread: what the caller has spent is not the others'.
    const Limits no_effort = limits.without_effort();
    const Effort left = limits.effort_left();
    return run_together(wanted, [&](std::size_t index, std::size_t count) {
        const LimitScope scope(scope_limits);
        try {
            work(index, count, index == 0 ? limits : no_effort.within_effort(left));
        } catch (...) {
            failed();
            throw;
        }
    });
}

}  // namespace sinew
