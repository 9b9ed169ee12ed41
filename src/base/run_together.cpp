#include "base/run_together.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace sinew {

std::size_t run_together(std::size_t wanted, const std::function<void(std::size_t index, std::size_t count)>& work) {
    std::mutex mutex;
    std::condition_variable started;
    std::size_t count = 0;  // 0: not yet known
    std::exception_ptr error;
    const auto run = [&](std::size_t index) {
        try {
            work(index, count);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
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

}  // namespace sinew
