// SPDX-License-Identifier: Apache-2.0
// sinew cluster: one command over many questions, by the tasks of a scheduler.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

#include <fmt/core.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "cli/cluster_watch.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/merge_files.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "cli/unit_rounds.hpp"
#include "cli/verify_list.hpp"
#include "cluster/campaign.hpp"
#include "cluster/child_process.hpp"
#include "cluster/drive.hpp"
#include "cluster/local.hpp"
#include "cluster/slurm.hpp"
#include "units/question.hpp"

namespace sinew::cli {

extern const Command cluster_command;

namespace {
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// What the command at the end of it all is for, not its tasks.
constexpr std::string_view options_of_the_end[] = {"json",   "report",   "csv",   "junit",     "sarif",
                                                   "expect", "progress", "quiet", "input-file"};

void describe_cluster(OptionGroups& options) {
    OptionGroup tasks("tasks");
    // clang-format off
    tasks.options = {
        {"shards", takes_text("N"), "parts of the questions, a task each (default: four for every core that the scheduler has, 1000 at most); about a minute of work or more is good"},
        {"scheduler", takes_text("NAME"), "slurm (default where sbatch is), or local: processes of this machine"},
        {"workers", takes_text("N"), "tasks at the same time, at most (default: what there is room for)"},
        {"sbatch", takes_texts("OPTION"), "an option for sbatch, such as --sbatch=--partition=long; may be given several times"},
        {"units", takes_text("N"), "of one question: how many units it is split into at first (default: like shards)"},
        {"budget", takes_text("SECONDS"), "of one question: the time of a unit in a round (60 by default); what runs out is split further"},
        {"search", takes_text("SECONDS"), "of one question: how long to search before it is split (10), as of sinew split; longer where bounds take long"},
        {"quiet,q", "no progress, no notes"}};
    // clang-format on
    options.push_back(tasks);
}

std::string own_program() {
    std::array<char, 4096> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) throw OutputError("the name of this program");
    return {path.data(), static_cast<std::size_t>(length)};
}

/// The command that is shared among tasks, as its own parser reads it.
struct SharedCommand {
    const Command* command = nullptr;
    Arguments arguments;
};

SharedCommand shared_command(const Words& words) {
    SharedCommand shared;
    shared.command = words.empty() ? nullptr : find_command(words[0]);
    if (shared.command == nullptr || (words[0] != "certify" && words[0] != "verify"))
        throw UsageError(fmt::format("sinew cluster runs certify and verify, not {}",
                                     words.empty() ? "nothing" : "'" + printable(words[0]) + "'"));
    shared.arguments = parse(*shared.command, Words(words.begin() + 1, words.end()));
    shared.arguments.words = words;
    shared.arguments.words.insert(shared.arguments.words.begin(), "sinew");
    for (const char* option : {"shard", "db", "resume", "export", "trace"})
        if (shared.arguments.has(option))
            throw UsageError(fmt::format("sinew cluster has no place for --{} of the command it runs", option));
    return shared;
}

/// The command's words for a task.
Words task_words(const SharedCommand& shared) {
    Words words{std::string(shared.command->name)};
    for (const auto& [name, given] : shared.arguments.options) {
        if (std::ranges::find(options_of_the_end, name) != std::end(options_of_the_end)) continue;
        add_option(name, given, words);
    }
    words.emplace_back("--quiet");
    // The shell's script adds options behind these; the files are no options, whatever they are called.
    for (const std::string& file : shared.arguments.files)
        words.push_back(file.starts_with('-') && file != "-" ? "./" + file : file);
    return words;
}

/// Whether the command asks one question. Throws InputError for files that cannot be read.
bool is_one_question(const SharedCommand& shared) {
    if (shared.command->name != "verify" || asks_several(shared.arguments)) return false;
    for (const char* option : {"timeout", "report", "csv", "junit", "sarif", "progress"})
        if (shared.arguments.has(option))
            throw UsageError(
                fmt::format("--{} has no place where one question is split (--budget is a unit's time)", option));
    if (shared.arguments.files == Words{"-"}) throw UsageError("a question on standard input cannot be shared");
    return true;
}

/// Cores that the scheduler has.
std::uint64_t cores_of(const std::string& scheduler) {
    if (scheduler == "slurm") {
        std::uint64_t cores = 0;
        std::istringstream lines(cluster::run_child({"sinfo", "-h", "-o", "%C"}, 60).output);
        for (std::string line; std::getline(lines, line);)  // allocated/idle/other/total
            cores += parse_count(line.substr(line.rfind('/') + 1)).value_or(0);
        if (cores != 0) return cores;
    }
    return std::max<std::uint64_t>(1, std::thread::hardware_concurrency());
}

std::string scheduler_of(const Arguments& arguments) {
    if (arguments.has("scheduler")) {
        const auto& name = arguments.get<std::string>("scheduler");
        if (name != "slurm" && name != "local")
            throw UsageError(fmt::format("--scheduler cannot be '{}' (expected slurm or local)", printable(name)));
        return name;
    }
    return cluster::run_child({"sbatch", "--version"}, 60).is_good() ? "slurm" : "local";
}

constexpr std::uint64_t most_shards = 1'000'000;

/// 0: no limit.
double seconds_each(const SharedCommand& shared) {
    return shared.arguments.has("timeout") ? parse_seconds("timeout", shared.arguments.get<std::string>("timeout")) : 0;
}

/// Words of sinew split, without the folder.
Words words_of_split(const Arguments& arguments, const SharedCommand& shared) {
    Words words = split_words(shared.arguments);
    if (!arguments.has("search")) return words;
    const auto& search = arguments.get<std::string>("search");
    parse_seconds("search", search);
    words.insert(words.begin(), "--search=" + search);
    return words;
}

cluster::Plan plan_of(const Arguments& arguments, const SharedCommand& shared, const Words& words) {
    cluster::Plan plan;
    plan.scheduler = scheduler_of(arguments);
    plan.program = own_program();
    plan.place = fs::current_path().string();
    plan.command = words;
    plan.task = task_words(shared);
    const bool is_one = is_one_question(shared);
    plan.seconds = seconds_each(shared);
    plan.threads = static_cast<std::uint64_t>(threads_of(shared.arguments));
    if (arguments.has("workers"))
        plan.at_once = whole_number("workers", arguments.get<std::string>("workers"), 1, most_shards);
    if (arguments.has("sbatch")) {
        if (plan.scheduler != "slurm") throw UsageError("--sbatch is for --scheduler slurm");
        plan.for_sbatch = arguments.get<Words>("sbatch");
    }
    for (const char* option : {"units", "budget", "search"})
        if (arguments.has(option) && !is_one)
            throw UsageError(fmt::format("--{} is of one question, and this command asks several", option));
    if (is_one && arguments.has("shards"))
        throw UsageError("--shards is of several questions, and this is one, which --units are made of");
    if (arguments.has("shards")) {
        plan.shards = whole_number("shards", arguments.get<std::string>("shards"), 1, most_shards);
    } else {
        constexpr std::uint64_t tasks_a_core = 4;  // the last ones are short
        constexpr std::uint64_t most = 1000;       // Slurm's own limit of an array, where nobody changed it
        plan.shards = std::min(most, tasks_a_core * (plan.at_once != 0 ? plan.at_once : cores_of(plan.scheduler)));
    }
    if (is_one) {
        plan.units = arguments.has("units") ? whole_number("units", arguments.get<std::string>("units"), 2, most_shards)
                                            : plan.shards;
        plan.shards = 0;
        plan.budget = arguments.has("budget") ? arguments.get<std::string>("budget") : "60";
        parse_seconds("budget", plan.budget);
        plan.asked_budget = plan.budget;
        plan.split = words_of_split(arguments, shared);
        plan.task = unit_words(shared.arguments, plan.budget);
    }
    return plan;
}

std::unique_ptr<cluster::Scheduler> scheduler_for(const cluster::Campaign& campaign) {
    const cluster::Plan& plan = campaign.plan();
    cluster::SchedulerOptions options;
    options.campaign = plan.id;
    options.folder = campaign.folder();
    options.script = campaign.script();
    options.at_once = plan.at_once;
    options.threads = plan.threads;
    options.for_sbatch = plan.for_sbatch;
    return plan.scheduler == "slurm" ? cluster::make_slurm(std::move(options))
                                     : cluster::make_local(std::move(options));
}

/// Whether two commands ask the same and search for it in the same way: all but the time and memory of each question,
/// and what is told at the end.
bool ask_the_same(const SharedCommand& one, const SharedCommand& other) {
    const auto asked = [](const SharedCommand& shared) {
        auto options = shared.arguments.options;
        std::erase_if(options, [](const auto& option) {
            return option.first == "timeout" || option.first == "memory" ||
                   (option.first != "input-file" &&
                    std::ranges::find(options_of_the_end, option.first) != std::end(options_of_the_end));
        });
        return options;
    };
    return one.command == other.command && one.arguments.files == other.arguments.files && asked(one) == asked(other);
}

/// What another command line changes in a campaign that asks the same.
cluster::Plan changed(cluster::Plan plan, const SharedCommand& shared, const Words& words) {
    plan.command = words;
    plan.seconds = seconds_each(shared);
    plan.task = plan.shards == 0 ? unit_words(shared.arguments, plan.budget) : task_words(shared);
    return plan;
}

/// A campaign that has brought nothing (its files could not be read) gives way to another command. False: it has.
bool give_way(const cluster::Campaign& campaign) {
    if (campaign.has_begun()) return false;
    const std::unique_ptr<cluster::Scheduler> scheduler = scheduler_for(campaign);
    if (!scheduler->cancel()) return false;
    constexpr int longest_wait = 60;
    for (int waits = 0;; ++waits) {
        const std::optional<cluster::Tasks> left = scheduler->tasks();
        if (left && left->empty()) break;
        if (waits == longest_wait) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    if (campaign.has_begun()) return false;
    campaign.forget();
    return true;
}

/// The campaign of the folder, which is made where there is none.
cluster::Campaign campaign_of(const Arguments& arguments, const std::string& folder, const Words& words) {
    std::optional<cluster::Campaign> known = cluster::Campaign::in(folder);
    if (!known) {
        if (words.empty()) throw UsageError(fmt::format("{} holds no campaign: -- and a command begin one", folder));
        return cluster::Campaign::make(folder, plan_of(arguments, shared_command(words), words));
    }
    cluster::Plan plan = known->plan();
    if (!words.empty() && words != plan.command) {
        const SharedCommand shared = shared_command(words);
        if (!ask_the_same(shared_command(plan.command), shared)) {
            if (give_way(*known)) return cluster::Campaign::make(folder, plan_of(arguments, shared, words));
            throw InputError({folder, 0, 0},
                             fmt::format("the campaign there runs another command: sinew {}",
                                         printable(joined(plan.command, " "), widest_line)),
                             "the same, none, or another folder");
        }
        plan = changed(std::move(plan), shared, words);
    }
    if (arguments.has("shards") &&
        whole_number("shards", arguments.get<std::string>("shards"), 1, most_shards) != plan.shards)
        throw InputError({folder, 0, 0}, fmt::format("the campaign there has {} shards", plan.shards));
    if (arguments.has("units") &&
        whole_number("units", arguments.get<std::string>("units"), 2, most_shards) != plan.units)
        throw InputError({folder, 0, 0}, plan.units == 0 ? "the campaign there is one of many questions"
                                                         : fmt::format("the campaign there has {} units", plan.units));
    if (arguments.has("search")) {
        const Words split = words_of_split(arguments, shared_command(plan.command));
        if (plan.shards != 0 || (split != plan.split && fs::exists(known->units_folder())))
            throw UsageError("--search comes before one question is split, and the campaign there has no such");
        plan.split = split;
    }
    if (arguments.has("scheduler") && arguments.get<std::string>("scheduler") != plan.scheduler)
        throw InputError({folder, 0, 0}, fmt::format("the campaign there is one of {}", plan.scheduler));
    if (arguments.has("budget")) {
        if (plan.shards != 0) throw UsageError("--budget is of one question, and the campaign there asks several");
        plan.budget = arguments.get<std::string>("budget");
        parse_seconds("budget", plan.budget);
        plan.task = unit_words(shared_command(plan.command).arguments, plan.budget);
    }
    if (arguments.has("workers"))
        plan.at_once = whole_number("workers", arguments.get<std::string>("workers"), 1, most_shards);
    if (arguments.has("sbatch")) plan.for_sbatch = arguments.get<Words>("sbatch");
    if (plan == known->plan()) return *known;
    // Tasks that wait have the script of before; what those that run have answered is kept.
    if (plan.task != known->plan().task) scheduler_for(*known)->cancel();
    known->change(std::move(plan));
    return *known;
}

cluster::Campaign campaign_in(const std::string& folder) {
    std::optional<cluster::Campaign> known = cluster::Campaign::in(folder);
    if (!known) throw InputError({folder, 0, 0}, "there is no campaign", "a folder of sinew cluster run");
    return std::move(*known);
}

/// What the undisturbed command would print and write, from the answers that are there.
ExitStatus tell_result(const cluster::Campaign& campaign, bool is_quiet) {
    MergeFiles merge;
    for (std::uint64_t number = 1; number <= campaign.plan().shards; ++number)
        merge.files.push_back(campaign.shard_file(number));
    merge.out = campaign.merged_file();
    merge.is_quiet = true;
    const ExitStatus merged = merge_files(merge);
    if (merged != answered) return merged;
    if (!is_quiet) print_error("merged: {}\n", printable(campaign.merged_file(), widest_line));
    SharedCommand shared = shared_command(campaign.plan().command);
    shared.arguments.options["resume"] = campaign.merged_file();
    fs::current_path(campaign.plan().place);
    return shared.command->run(shared.arguments);
}

ExitStatus run_campaign(const Arguments& arguments, const std::string& folder, const Words& words) {
    // What is wrong is told before anything is made.
    if (words.empty())
        campaign_in(folder);
    else if (const SharedCommand shared = shared_command(words); !cluster::Campaign::in(folder))
        plan_of(arguments, shared, words);
    const cluster::CampaignLock lock(folder);
    cluster::Campaign campaign = campaign_of(arguments, folder, words);
    campaign.mark_cancelled(false);
    const std::unique_ptr<cluster::Scheduler> scheduler = scheduler_for(campaign);
    ClusterWatch watch(quiet(arguments));
    watch.begin(campaign);
    if (campaign.plan().shards == 0)
        return run_units(campaign, shared_command(campaign.plan().command).arguments, *scheduler, watch);
    const cluster::Work work = cluster::shards_of(campaign);
    const cluster::Driven driven = cluster::drive(campaign, work, *scheduler, watch, *interrupt_flag());
    watch.erase();
    switch (driven) {
        case cluster::Driven::done:
            return tell_result(campaign, quiet(arguments));
        case cluster::Driven::interrupted:
            print_error("{}; sinew cluster run {} goes on with it\n",
                        scheduler->outlives_us() ? "stopped watching: the tasks run on" : "stopped",
                        printable(folder, widest_line));
            return no_answer;
        case cluster::Driven::cancelled:
            print_error("cancelled; sinew cluster run {} goes on with it\n", printable(folder, widest_line));
            return no_answer;
        case cluster::Driven::failed:
            print_error(
                "some shards are not answered; {}/logs tells what went wrong, and sinew cluster run {} tries them "
                "again\n",
                printable(campaign.folder(), widest_line), printable(folder, widest_line));
            return no_answer;
    }
    return no_answer;
}

/// The files that are asked about, by their names; once they are copied, the question's digest.
std::string question_text(const cluster::Campaign& campaign) {
    const std::string folder = campaign.units_folder();
    if (!units::is_folder_of_units(folder))
        return printable(joined(shared_command(campaign.plan().command).arguments.files, " "), widest_line);
    const units::Question question = units::Question::of_folder(folder);
    return fmt::format("{} (SHA-256 {}), {} units at first, {} s each in a round",
                       printable(joined(question.names(), " "), widest_line), question.digest(), campaign.plan().units,
                       campaign.plan().budget);
}

ExitStatus tell_status(const std::string& folder) {
    const cluster::Campaign campaign = campaign_in(folder);
    const cluster::Plan& plan = campaign.plan();
    const bool is_one = plan.shards == 0;
    print_out("sinew {}\n{}, {}, {}\n", printable(joined(plan.command, " "), widest_line), campaign.folder(),
              is_one ? std::string("one question") : fmt::format("{} shards", plan.shards), plan.scheduler);
    const std::unique_ptr<cluster::Scheduler> scheduler = scheduler_for(campaign);
    const std::optional<cluster::Tasks> tasks = scheduler->tasks();
    if (is_one) print_out("question: {}\n", question_text(campaign));
    if (is_one && !units::is_folder_of_units(campaign.units_folder())) {
        write_output("not split yet\n");
    } else {
        const cluster::Work work = is_one ? units_of(campaign) : cluster::shards_of(campaign);
        write_output(tally_text(cluster::look(work, tasks.value_or(cluster::Tasks{}))) + "\n");
        if (is_one) print_out("sinew merge {} tells of the units\n", campaign.units_folder());
    }
    if (campaign.is_cancelled()) write_output("cancelled\n");
    if (!tasks) print_out("the scheduler does not answer ({})\n", scheduler->trouble());
    return answered;
}

ExitStatus cancel(const std::string& folder) {
    const cluster::Campaign campaign = campaign_in(folder);
    campaign.mark_cancelled(true);
    const std::unique_ptr<cluster::Scheduler> scheduler = scheduler_for(campaign);
    if (scheduler->cancel()) {
        print_out("cancelled; what is answered is kept, and sinew cluster run {} goes on with it\n",
                  printable(folder, widest_line));
        return answered;
    }
    print_error("the scheduler does not answer ({}): nothing more is submitted, but tasks may run on\n",
                scheduler->trouble());
    return no_answer;
}

ExitStatus run_cluster(const Arguments& arguments) {
    const Words& words = arguments.files;
    if (words.size() < 2 || (words[0] != "run" && words[0] != "status" && words[0] != "cancel"))
        throw UsageError("sinew cluster run|status|cancel FOLDER; see sinew help cluster");
    if (words[0] == "run") return run_campaign(arguments, words[1], Words(words.begin() + 2, words.end()));
    if (words.size() > 2) throw UsageError(fmt::format("sinew cluster {} takes a folder alone", words[0]));
    for (const char* option : {"shards", "scheduler", "workers", "sbatch", "units", "budget", "search"})
        if (arguments.has(option)) throw UsageError(fmt::format("--{} is for sinew cluster run", option));
    return words[0] == "status" ? tell_status(words[1]) : cancel(words[1]);
}
}  // namespace

const Command cluster_command{
    "cluster",
    "certify or verify by the tasks of Slurm, or of this machine: many questions, or one hard one",
    "cluster run FOLDER [OPTION...] -- certify|verify ARGUMENTS...\ncluster run|status|cancel FOLDER",
    "run deals the questions out to shards, submits a task for each, watches them, submits again what ended before its "
    "end, and at last merges their results files and prints what the command alone would have printed. One question is "
    "split into units, round after round (sinew split).\n"
    "\n"
    "All that is known is in FOLDER, which all machines must see: run can be ended or killed at any time, and the same "
    "command (or without -- and what follows) goes on. With Slurm the tasks run on meanwhile. status tells how far it "
    "is; cancel ends the tasks, and keeps what is answered. Options of the command such as --json and --junit are for "
    "the end. docs/cluster.md tells more, also how to do without.",
    "# a data set in 40 parts, by Slurm\n"
    "sinew cluster run campaign --shards 40 -- certify net.onnx test.csv --epsilon 0.01 --timeout 60\n"
    "# a list of questions, with options for sbatch\n"
    "sinew cluster run campaign --sbatch=--partition=long --sbatch=--time=2:00:00 -- verify instances.csv\n"
    "# one hard question in 64 units, a minute for each in a round\n"
    "sinew cluster run campaign --units 64 --budget 60 -- verify net.onnx property.vnnlib\n"
    "# on this machine, and how far it is\n"
    "sinew cluster run campaign --scheduler local --workers 4 -- verify instances.csv\n"
    "sinew cluster status campaign",
    describe_cluster,
    run_cluster,
    {},
    {},
    {},
    "run status cancel",
    "0 answered, as the command says it\n"
    "3 no answer yet: ended by Ctrl-C, or parts that are given up; the same command goes on\n"
    "5 another verdict than --expect of the command names, or answers that contradict each other",
};

}  // namespace sinew::cli
