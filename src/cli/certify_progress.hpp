// SPDX-License-Identifier: Apache-2.0
// What sinew certify tells on a terminal while it works.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "certify/certify.hpp"
#include "cli/certify_record.hpp"
#include "cli/progress_lines.hpp"

namespace sinew::cli {

/// One line on a terminal, redrawn: how many examples are done, how long the rest may take, and what is known of the
/// example at hand.
class ProgressLine : public certify::Listener {
  public:
    /// `lines`: the same for machines.
    ProgressLine(bool quiet, std::size_t count, ProgressLines& lines);
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() override { erase(); }

    void draw(std::size_t done);
    void erase();
    /// An example whose answer was known already.
    void skip() { ++skipped_; }
    /// An example is answered.
    void tell(const CertifyRecord& record);

    void asks(const std::optional<Rational>& epsilon) override;
    void improved(const Rational& bound, const std::optional<Rational>& distance) override;

  private:
    void redraw();

    ProgressLines& lines_;
    bool draws_;
    bool drawn_ = false;
    std::size_t count_;
    std::size_t done_ = 0;
    std::size_t skipped_ = 0;
    std::string question_;
    std::string ends_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace sinew::cli
