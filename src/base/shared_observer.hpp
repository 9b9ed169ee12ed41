// SPDX-License-Identifier: Apache-2.0
// Passes on what engines tell from several threads, one at a time.
#pragma once

#include <mutex>

#include "base/observer.hpp"

namespace sinew {

class SharedObserver : public Observer {
  public:
    explicit SharedObserver(Observer& observer) : observer_(observer) {}
    void progress(const Progress& progress) override {
        const std::lock_guard lock(mutex_);
        observer_.progress(progress);
    }
    void message(std::string_view text) override {
        const std::lock_guard lock(mutex_);
        observer_.message(text);
    }
    bool wants_trace() const override { return observer_.wants_trace(); }
    void trace(std::string_view text) override {
        const std::lock_guard lock(mutex_);
        observer_.trace(text);
    }

  private:
    Observer& observer_;
    std::mutex mutex_;
};

}  // namespace sinew
