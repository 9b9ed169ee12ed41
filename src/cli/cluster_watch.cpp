// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_watch.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include "base/utf8.hpp"
#include "cli/certify_report.hpp"
#include "cli/print.hpp"

namespace sinew::cli {

namespace {
constexpr std::chrono::seconds pause_between_lines{10};
constexpr std::uint64_t width_of_bar = 20;
}  // namespace

std::string tally_text(const cluster::Tally& tally) {
    const bool are_units = tally.word == "units";
    std::string text = fmt::format("{} of {} {} done", tally.done, tally.count, tally.word);
    const auto open = static_cast<std::int64_t>(tally.done) - tally.answers;
    if (are_units && open > 0) text += fmt::format(" ({} ran out)", open);
    if (tally.running != 0) text += fmt::format(", {} running", tally.running);
    if (tally.waiting != 0) text += fmt::format(", {} waiting", tally.waiting);
    if (tally.held != 0) text += fmt::format(", {} held", tally.held);
    return are_units ? text : text + fmt::format(", {} answers", tally.answers);
}

ClusterWatch::ClusterWatch(bool quiet) : quiet_(quiet), draws_(!quiet && isatty(STDERR_FILENO) == 1) {}

void ClusterWatch::begin(const cluster::Campaign& campaign) {
    if (quiet_) return;
    const cluster::Plan& plan = campaign.plan();
    print_error("campaign {} in {}: {}, {}\n", plan.id, printable(campaign.folder(), widest_line),
                plan.shards != 0 ? fmt::format("{} shards", plan.shards) : std::string("one question"),
                plan.scheduler == "slurm" ? "Slurm" : "processes of this machine");
}

void ClusterWatch::show(const cluster::Tally& tally) {
    if (quiet_) return;
    if (!has_begun_) done_at_begin_ = tally.done;
    has_begun_ = true;
    std::string text = tally_text(tally);
    const std::uint64_t done_here = tally.done - done_at_begin_;
    if (done_here != 0 && tally.done < tally.count) {
        const double passed = std::chrono::duration<double>(Clock::now() - begin_).count();
        text += fmt::format(", {} left", duration_text(passed / static_cast<double>(done_here) *
                                                       static_cast<double>(tally.count - tally.done)));
    }
    if (draws_) {
        const std::uint64_t full = tally.count == 0 ? 0 : width_of_bar * tally.done / tally.count;
        print_error("\r\x1b[K[{}{}] {:.90}", std::string(full, '#'), std::string(width_of_bar - full, '.'), text);
        drawn_ = true;
        return;
    }
    const bool is_last = tally.done == tally.count;
    if (text == last_text_ || (!is_last && Clock::now() - last_line_ < pause_between_lines)) return;
    print_error("{}\n", text);
    last_text_ = text;
    last_line_ = Clock::now();
}

void ClusterWatch::tell(const std::string& line) {
    if (quiet_) return;
    erase();
    print_error("{}\n", printable(line, widest_line));
}

void ClusterWatch::erase() {
    if (drawn_) write_errors("\r\x1b[K");
    drawn_ = false;
}

}  // namespace sinew::cli
