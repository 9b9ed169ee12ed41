// SPDX-License-Identifier: Apache-2.0
#include "cli/unit_rounds.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cluster/child_process.hpp"
#include "cluster/drive.hpp"

namespace sinew::cli {

namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

constexpr double without_end = 1e8;            // seconds; the programs have limits of their own
constexpr std::size_t most_of_a_round = 1000;  // Slurm's own limit of an array, where nobody changed it

void add_option(const std::string& name, const Given& given, Words& words) {
    if (std::holds_alternative<std::monostate>(given)) words.push_back("--" + name);
    if (const auto* text = std::get_if<std::string>(&given)) words.push_back("--" + name + "=" + *text);
    if (const auto* texts = std::get_if<Words>(&given))
        for (const std::string& text : *texts) words.push_back("--" + name + "=" + text);
}

/// unit_0001.json -> unit_0001.result.json
std::string result_of(const std::string& unit) {
    return fs::path(unit).replace_extension(".result.json").string();
}

bool has_witness(const std::string& unit) {
    std::ifstream file(result_of(unit));
    const Json json = Json::parse(file, nullptr, false);
    return json.is_object() && json.value("status", "") == "sat";
}

class Rounds {
  public:
    Rounds(const cluster::Campaign& campaign, const Arguments& verify, cluster::Scheduler& scheduler,
           ClusterWatch& watch)
        : campaign_(campaign), verify_(verify), scheduler_(scheduler), watch_(watch) {}

    ExitStatus run() {
        if (!fs::exists(campaign_.units_folder())) {
            watch_.tell("splitting the question");
            Words words{"split", "--quiet", fmt::format("--into={}", campaign_.plan().units),
                        "--out=" + campaign_.units_folder()};
            words.insert(words.end(), campaign_.plan().split.begin(), campaign_.plan().split.end());
            const cluster::ChildResult split = program(words);
            if (!split.is_good()) return pass_on(split);
        }
        for (;;) {
            if (interrupt_flag()->load()) return stop(cluster::Driven::interrupted);
            if (std::ranges::all_of(campaign_.round_units(),
                                    [](const std::string& unit) { return fs::exists(result_of(unit)); })) {
                if (!begin_round()) return tell();
            }
            const cluster::Driven driven = work();
            if (driven != cluster::Driven::done) return stop(driven);
        }
    }

  private:
    cluster::ChildResult program(Words words) const {
        words.insert(words.begin(), campaign_.plan().program);
        return cluster::run_child(words, without_end);
    }

    static ExitStatus pass_on(const cluster::ChildResult& result) {
        write_errors(result.errors);
        write_output(result.output);
        return result.exit_status < 0 ? no_answer : static_cast<ExitStatus>(result.exit_status);
    }

    /// Open units that nobody has searched; absent where there is an answer, or something is wrong.
    std::optional<Words> fresh_units() const {
        const cluster::ChildResult merged = program({"merge", "--json=-", campaign_.units_folder()});
        const Json json = Json::parse(merged.output, nullptr, false);
        if (!json.is_object() || json.value("status", "") != "unknown" || !json.contains("units")) return std::nullopt;
        Words fresh;
        for (const Json& open : json["units"].value("open", Json::array()))
            if (open.value("runs", 1) == 0) fresh.push_back(open.value("unit", ""));
        return fresh;
    }

    /// False where nothing is left to be searched.
    bool begin_round() const {
        std::optional<Words> fresh = fresh_units();
        if (fresh && fresh->empty()) {
            watch_.tell("splitting the units that ran out");
            const cluster::ChildResult split = program({"split", "--quiet", campaign_.units_folder()});
            if (!split.is_good()) write_errors(split.errors);
            fresh = fresh_units();
        }
        if (!fresh || fresh->empty()) return false;
        if (fresh->size() > most_of_a_round) fresh->resize(most_of_a_round);
        campaign_.begin_round_of_units(*fresh);
        watch_.tell(fmt::format("a round of {} units", fresh->size()));
        return true;
    }

    cluster::Driven work() const {
        const Words units = campaign_.round_units();
        cluster::Work work;
        work.count = units.size();
        work.word = "unit";
        bool has_answer = false;
        work.facts = [&](std::uint64_t number) {
            const std::string& unit = units.at(number - 1);
            cluster::TaskFacts facts;
            facts.is_done = fs::exists(result_of(unit));
            facts.answers = facts.is_done ? 1 : 0;
            has_answer = has_answer || (facts.is_done && has_witness(unit));
            return facts;
        };
        work.is_over = [&] { return has_answer; };
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
            print_error("some units are not searched; {}/logs tells what went wrong\n", folder);
        print_error("no answer yet; sinew cluster run {} goes on with it\n", folder);
        return no_answer;
    }

    const cluster::Campaign& campaign_;
    const Arguments& verify_;
    cluster::Scheduler& scheduler_;
    ClusterWatch& watch_;
};
}  // namespace

std::vector<std::string> split_words(const Arguments& verify) {
    Words words;
    for (const auto& [name, given] : verify.options) {
        if (name == "out") add_option("out-condition", given, words);
        for (const char* same : {"in", "format", "memory", "seed", "set"})
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

ExitStatus run_units(const cluster::Campaign& campaign, const Arguments& verify, cluster::Scheduler& scheduler,
                     ClusterWatch& watch) {
    fs::current_path(campaign.plan().place);
    return Rounds(campaign, verify, scheduler, watch).run();
}

}  // namespace sinew::cli
