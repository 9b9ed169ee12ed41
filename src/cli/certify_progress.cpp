// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_progress.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/certify_report.hpp"
#include "cli/print.hpp"
#include "exact/decimal.hpp"

namespace sinew::cli {

namespace {
using Clock = std::chrono::steady_clock;
/// Between two drawings of what changes often.
constexpr std::chrono::milliseconds pause{100};
}  // namespace

ProgressLine::ProgressLine(bool quiet, std::size_t count, ProgressLines& lines)
    : lines_(lines), draws_(!quiet && isatty(STDERR_FILENO) == 1 && lines.leaves_errors()), count_(count) {}

void ProgressLine::draw(std::size_t done) {
    done_ = done;
    question_.clear();
    ends_.clear();
    redraw();
}

void ProgressLine::redraw() {
    if (!draws_) return;
    last_ = Clock::now();
    const double passed = std::chrono::duration<double>(last_ - begin_).count();
    std::string line = fmt::format("{} of {}", done_, count_);
    if (done_ > skipped_)
        line += fmt::format("  {} left", duration_text(passed / static_cast<double>(done_ - skipped_) *
                                                       static_cast<double>(count_ - done_)));
    line += question_ + ends_;
    print_error("\r\x1b[K{:.79}", line);
    drawn_ = true;
}

void ProgressLine::tell(const CertifyRecord& record) {
    if (!lines_.is_wanted()) return;
    nlohmann::ordered_json event{
        {"row", record.row}, {"status", record.status}, {"done", done_ + 1}, {"count", count_}};
    if (!record.epsilons.empty()) {
        event["epsilons"] = nlohmann::ordered_json::array();
        for (const EpsilonRecord& at : record.epsilons)
            event["epsilons"].push_back({{"epsilon", at.epsilon}, {"status", at.status}});
    }
    lines_.tell("answer", event);
}

void ProgressLine::erase() {
    if (drawn_) write_errors("\r\x1b[K");
    drawn_ = false;
}

void ProgressLine::asks(const std::optional<Rational>& epsilon) {
    if (!draws_) return;
    question_ = epsilon ? fmt::format("  epsilon {:.6g}", epsilon->get_d()) : std::string();
    if (Clock::now() - last_ > pause) redraw();
}

void ProgressLine::improved(const Rational& bound, const std::optional<Rational>& distance) {
    if (lines_.is_wanted())
        lines_.tell("better", {{"value", distance ? nlohmann::ordered_json(to_string(*distance))
                                                  : nlohmann::ordered_json(nullptr)},
                               {"bound", to_string(bound)}});
    if (!draws_) return;
    ends_ = fmt::format("  distance {:.6g}", bound.get_d()) +
            (distance ? fmt::format(" to {:.6g}", distance->get_d()) : std::string(" or more"));
    if (Clock::now() - last_ > pause) redraw();
}

}  // namespace sinew::cli
