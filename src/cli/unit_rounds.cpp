// SPDX-License-Identifier: Apache-2.0
#include "cli/unit_rounds.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cluster/child_process.hpp"

namespace sinew::cli {

namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

constexpr double without_end = 1e8;            // seconds; the programs have limits of their own
constexpr std::size_t most_of_a_round = 1000;  // Slurm's own limit of an array, where nobody changed it

/// unit_0001.json -> unit_0001.result.json
std::string result_of(const std::string& unit) {
    return fs::path(unit).replace_extension(".result.json").string();
}

/// What the result beside a unit says, as far as the rounds want to know.
struct UnitState {
    bool has_result = false;
    bool is_decided = false;
    bool has_witness = false;
    std::uint64_t runs = 0;
};

UnitState state_of(const std::string& unit) {
    std::ifstream file(result_of(unit));
    const Json json = Json::parse(file, nullptr, false);
    UnitState state;
    if (!json.is_object()) return state;  // none, or a damaged one, which a search replaces
    state.has_result = true;
    const std::string status = json.value("status", "");
    state.has_witness = status == "sat";
    state.is_decided = state.has_witness || status == "unsat";
    if (json.contains("spent") && json["spent"].is_object()) state.runs = json["spent"].value("runs", std::uint64_t{0});
    return state;
}

std::string units_text(std::size_t count) {
    return fmt::format("{} unit{}", count, count == 1 ? "" : "s");
}

/// The machine of all workers does nothing else meanwhile.
std::uint64_t threads_of_split(const cluster::Plan& plan) {
    return plan.scheduler == "local" ? std::max(plan.threads, plan.at_once) : plan.threads;
}

bool is_done(const cluster::RoundUnit& unit, const UnitState& state) {
    return state.is_decided || (state.has_result && state.runs > unit.runs);
}

class Rounds {
  public:
    Rounds(cluster::Campaign& campaign, const Arguments& verify, cluster::Scheduler& scheduler, ClusterWatch& watch)
        : campaign_(campaign), verify_(verify), scheduler_(scheduler), watch_(watch) {}

    ExitStatus run() {
        if (!fs::exists(campaign_.units_folder())) {
            watch_.tell("splitting the question");
            Words words{"split", "--quiet", fmt::format("--into={}", campaign_.plan().units),
                        fmt::format("--threads={}", threads_of_split(campaign_.plan())),
                        "--out=" + campaign_.units_folder()};
            words.insert(words.end(), campaign_.plan().split.begin(), campaign_.plan().split.end());
            const cluster::ChildResult split = program(words);
            if (interrupt_flag()->load()) return stop(cluster::Driven::interrupted);
            if (!split.is_good()) return pass_on(split);
        }
        for (;;) {
            if (interrupt_flag()->load()) return stop(cluster::Driven::interrupted);
            const std::vector<cluster::RoundUnit> units = campaign_.round_units();
            const bool is_over = std::ranges::all_of(
                units, [](const cluster::RoundUnit& unit) { return is_done(unit, state_of(unit.file)); });
            if (is_over && !begin_round()) return tell();
            const cluster::Driven driven = work();
            if (driven != cluster::Driven::done) return stop(driven);
            if (has_witness_) return tell();
        }
    }

  private:
    using Units = std::vector<cluster::RoundUnit>;
    struct Open {
        Units fresh;     ///< nobody has searched them
        Units searched;  ///< they ran out
    };

    cluster::ChildResult program(Words words) const {
        words.insert(words.begin(), campaign_.plan().program);
        return cluster::run_child(words, without_end, interrupt_flag());
    }

    static ExitStatus pass_on(const cluster::ChildResult& result) {
        write_errors(result.errors);
        write_output(result.output);
        return result.exit_status < 0 ? no_answer : static_cast<ExitStatus>(result.exit_status);
    }

    /// Open units; absent where there is an answer, or the folder cannot be read.
    std::optional<Open> open_units() const {
        const cluster::ChildResult merged = program({"merge", "--json=-", campaign_.units_folder()});
        const Json json = Json::parse(merged.output, nullptr, false);
        if (!json.is_object() || json.value("status", "") != "unknown" || !json.contains("units")) return std::nullopt;
        Open open;
        for (const Json& unit : json["units"].value("open", Json::array())) {
            const auto runs = unit.value("runs", std::uint64_t{0});
            (runs == 0 ? open.fresh : open.searched).push_back({unit.value("unit", ""), runs});
        }
        return open;
    }

    /// False where nothing is left to be searched.
    bool begin_round() const {
        std::optional<Open> open = open_units();
        if (open && open->fresh.empty() && !open->searched.empty()) {
            watch_.tell(fmt::format("splitting {} that ran out", units_text(open->searched.size())));
            const cluster::ChildResult split = program({"split", "--quiet", campaign_.units_folder()});
            if (!split.is_good()) write_errors(split.errors);
            open = open_units();
        }
        if (!open) return false;
        // Nobody knows how to split what is left: it is asked again where it gets more time than the last time.
        if (open->fresh.empty() && !open->searched.empty() && has_more_time()) {
            open->fresh = std::move(open->searched);
            cluster::Plan plan = campaign_.plan();
            plan.asked_budget = plan.budget;
            campaign_.change(std::move(plan));
        }
        if (open->fresh.empty()) return false;
        if (open->fresh.size() > most_of_a_round) open->fresh.resize(most_of_a_round);
        campaign_.begin_round_of_units(open->fresh);
        watch_.tell("a round of " + units_text(open->fresh.size()));
        return true;
    }

    bool has_more_time() const {
        const cluster::Plan& plan = campaign_.plan();
        return parse_seconds("budget", plan.budget) > parse_seconds("budget", plan.asked_budget);
    }

    cluster::Driven work() {
        const cluster::Work work = units_of(campaign_, &has_witness_);
        return cluster::drive(campaign_, work, scheduler_, watch_, *interrupt_flag());
    }

    ExitStatus tell() const {
        watch_.erase();
        Words words{"merge"};
        for (const char* option : {"json", "expect", "quiet"})
            if (const auto given = verify_.options.find(option); given != verify_.options.end())
                add_option(option, given->second, words);
        words.push_back(campaign_.units_folder());
        return pass_on(program(words));
    }

    ExitStatus stop(cluster::Driven why) const {
        watch_.erase();
        const std::string folder = printable(campaign_.folder(), widest_line);
        if (why == cluster::Driven::failed)
            print_error(
                "some units are not searched; {}/logs tells what went wrong (a --budget must be enough to read "
                "the question)\n",
                folder);
        print_error("no answer yet; sinew cluster run {} goes on with it\n", folder);
        return no_answer;
    }

    cluster::Campaign& campaign_;
    const Arguments& verify_;
    cluster::Scheduler& scheduler_;
    ClusterWatch& watch_;
    bool has_witness_ = false;
};
}  // namespace

cluster::Work units_of(const cluster::Campaign& campaign, bool* has_witness) {
    cluster::Work work;
    const std::vector<cluster::RoundUnit> units = campaign.round_units();
    work.count = units.size();
    work.word = "unit";
    work.facts = [units, has_witness](std::uint64_t number) {
        const cluster::RoundUnit& unit = units.at(number - 1);
        const UnitState state = state_of(unit.file);
        cluster::TaskFacts facts;
        facts.is_done = is_done(unit, state);
        facts.answers = state.is_decided ? 1 : 0;
        if (has_witness != nullptr && state.has_witness) *has_witness = true;
        return facts;
    };
    if (has_witness != nullptr) work.is_over = [has_witness] { return *has_witness; };
    return work;
}

void add_option(const std::string& name, const Given& given, Words& words) {
    if (std::holds_alternative<std::monostate>(given)) words.push_back("--" + name);
    if (const auto* text = std::get_if<std::string>(&given)) words.push_back("--" + name + "=" + *text);
    if (const auto* texts = std::get_if<Words>(&given))
        for (const std::string& one : *texts) words.push_back("--" + name + "=" + one);
}

std::vector<std::string> split_words(const Arguments& verify) {
    Words words;
    for (const auto& [name, given] : verify.options) {
        if (name == "out") words.push_back("--out-condition=" + std::get<std::string>(given));
        for (const char* same : {"in", "format", "output", "memory", "seed", "set"})
            if (name == same) add_option(name, given, words);
    }
    words.insert(words.end(), verify.files.begin(), verify.files.end());
    return words;
}

std::vector<std::string> unit_words(const Arguments& verify, const std::string& budget) {
    Words words{"verify", "--quiet", "--timeout=" + budget};
    for (const auto& [name, given] : verify.options)
        for (const char* same : {"strategy", "memory", "seed", "set", "threads"})
            if (name == same) add_option(name, given, words);
    return words;
}

ExitStatus run_units(cluster::Campaign& campaign, const Arguments& verify, cluster::Scheduler& scheduler,
                     ClusterWatch& watch) {
    fs::current_path(campaign.plan().place);
    return Rounds(campaign, verify, scheduler, watch).run();
}

}  // namespace sinew::cli
