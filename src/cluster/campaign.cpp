// SPDX-License-Identifier: Apache-2.0
#include "cluster/campaign.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/output_error.hpp"
#include "results/process_id.hpp"
#include "results/results_file.hpp"
#include "write/json_text.hpp"

namespace sinew::cluster {

namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* mark = "sinew cluster";

void write_whole(const std::string& path, const std::string& text) {
    AtomicFile file(path);
    file.append(text);
    file.finish();
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void make_folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) throw OutputError(path, error.value());
}

std::string from_root(const std::string& folder) {
    std::error_code error;
    fs::path path = fs::weakly_canonical(fs::absolute(folder), error);
    if (path.filename().empty()) path = path.parent_path();
    return path.string();
}

std::string new_id() {
    std::uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        const auto now = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
        number = now ^ (static_cast<std::uint64_t>(getpid()) << 40);
    }
    return fmt::format("{:016x}", number);
}

/// A word for a shell.
std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char character : word) text += character == '\'' ? std::string("'\\''") : std::string(1, character);
    return text + "'";
}

Json plan_json(const Plan& plan) {
    return {{"kind", mark},
            {"version", 1},
            {"id", plan.id},
            {"scheduler", plan.scheduler},
            {"program", plan.program},
            {"place", plan.place},
            {"command", plan.command},
            {"task", plan.task},
            {"shards", plan.shards},
            {"units", plan.units},
            {"seconds", plan.seconds},
            {"budget", plan.budget},
            {"asked_budget", plan.asked_budget},
            {"split", plan.split},
            {"threads", plan.threads},
            {"at_once", plan.at_once},
            {"sbatch", plan.for_sbatch}};
}

Plan plan_in(const std::string& path) {
    try {
        const Json json = Json::parse(text_of(path));
        if (json.at("kind") != mark || json.at("version") != 1)
            throw InputError({path, 0, 0}, "this is no campaign that this version knows", "one of sinew cluster");
        Plan plan;
        plan.id = json.at("id").get<std::string>();
        plan.scheduler = json.at("scheduler").get<std::string>();
        plan.program = json.at("program").get<std::string>();
        plan.place = json.at("place").get<std::string>();
        plan.command = json.at("command").get<std::vector<std::string>>();
        plan.task = json.at("task").get<std::vector<std::string>>();
        plan.shards = json.at("shards").get<std::uint64_t>();
        plan.units = json.at("units").get<std::uint64_t>();
        plan.seconds = json.value("seconds", 0.0);
        plan.budget = json.at("budget").get<std::string>();
        plan.asked_budget = json.value("asked_budget", plan.budget);
        plan.split = json.at("split").get<std::vector<std::string>>();
        plan.threads = json.at("threads").get<std::uint64_t>();
        plan.at_once = json.at("at_once").get<std::uint64_t>();
        plan.for_sbatch = json.at("sbatch").get<std::vector<std::string>>();
        return plan;
    } catch (const nlohmann::json::exception&) {
        throw InputError({path, 0, 0}, "this is no campaign, or a damaged one", "one of sinew cluster");
    }
}
}  // namespace

std::optional<Campaign> Campaign::in(const std::string& folder) {
    const std::string place = from_root(folder);
    std::error_code error;
    if (!fs::exists(place + "/campaign.json", error)) return std::nullopt;
    return Campaign(place, plan_in(place + "/campaign.json"));
}

Campaign Campaign::make(const std::string& folder, Plan plan) {
    const std::string place = from_root(folder);
    std::error_code error;
    if (fs::exists(place, error) && !fs::is_directory(place, error))
        throw InputError({folder, 0, 0}, "this is no folder", "a new one, or one of a campaign");
    // One that was killed here has made its folders alone.
    for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name != "lock" && name != "shards" && name != "logs" && name != "status" && name != "rounds" &&
            name != "local" && name != "task.sh" && !name.starts_with(".sinew-"))
            throw InputError({folder, 0, 0}, fmt::format("the folder holds {}, and no campaign", name),
                             "a new or empty folder");
    }
    if (place.find('\n') != std::string::npos)
        throw InputError({folder, 0, 0}, "the folder's name has a line break", "another name");
    plan.id = new_id();
    for (const char* part : {"shards", "logs", "status", "rounds", "local"}) make_folder(place + "/" + part);
    Campaign campaign(place, std::move(plan));
    campaign.write_script();
    campaign.write_plan();  // from now on it is one
    return campaign;
}

void Campaign::change(Plan plan) {
    plan_ = std::move(plan);
    write_script();
    write_plan();
}

bool Campaign::has_begun() const {
    std::error_code error;
    if (fs::exists(units_folder(), error) || fs::exists(merged_file(), error)) return true;
    for (std::uint64_t number = 1; number <= plan_.shards; ++number)
        if (facts(number).answers > 0 || facts(number).is_written) return true;
    return false;
}

void Campaign::forget() const {
    for (const char* part : {"campaign.json", "task.sh", "round.txt", "cancelled", "shards", "logs", "status", "rounds",
                             "local"}) {  // the plan first: without it the rest is nothing
        std::error_code error;
        fs::remove_all(folder_ + "/" + part, error);
        if (error) throw OutputError(folder_ + "/" + part, error.value());
    }
}

void Campaign::write_plan() const {
    write_whole(folder_ + "/campaign.json", write::json_document(plan_json(plan_)));
}

/// A task asks its shell for nothing that POSIX has not. What it leaves: rows in its results file, at once; its last
/// words in its log; at its end its exit status.
void Campaign::write_script() const {
    std::string words = quoted(plan_.program);
    for (const std::string& word : plan_.task) words += " " + quoted(word);
    std::string text = "#!/bin/sh\n# One task of a campaign of sinew cluster; its number is its word, or Slurm's.\n";
    text += "number=${1:-$SLURM_ARRAY_TASK_ID}\n";
    text += fmt::format("folder={}\n", quoted(folder_));
    text += "status=$folder/status/$number\n";
    text += fmt::format("cd {} || exit 4\n", quoted(plan_.place));
    text += "rm -f \"$status\"\n";
    // The signal at the end of a job's time is for all processes of it: the program ends, and then this.
    text += "trap : TERM\n";
    if (plan_.shards == 0) {
        text += "unit=$(sed -n \"${number}s/^[0-9]* //p\" \"$folder/round.txt\")\n[ -n \"$unit\" ] || exit 0\n";
        text += words + " \"$unit\" &\n";
    } else {
        text += fmt::format("{} \"--shard=$number/{}\" \"--resume=$folder/shards/$number.sqlite\" &\n", words,
                            plan_.shards);
    }
    text += "wait $!; code=$?\nwhile kill -0 $! 2>/dev/null; do wait $!; code=$?; done\n";
    text += "echo $code >\"$status.$$\" && mv -f \"$status.$$\" \"$status\"\n";
    // A status above zero is an answer as well (docs/results.md): the folder knows, the scheduler need not.
    text += "exit 0\n";
    write_whole(script(), text);
}

std::string Campaign::shard_file(std::uint64_t number) const {
    return fmt::format("{}/shards/{}.sqlite", folder_, number);
}

std::string Campaign::log_file(std::uint64_t number) const {
    return fmt::format("{}/logs/{}.log", folder_, number);
}

/// Rows without an answer are asked again where there is more time for each now.
bool Campaign::wants_more_time(results::ResultsReader& reader, const results::Run& run) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if ((plan_.seconds == 0 ? infinity : plan_.seconds) <= results::seconds_each(run)) return false;
    const auto statuses = reader.statuses(run);
    return std::ranges::any_of(
        statuses, [](const auto& one) { return results::standing_of(one.first) == results::Standing::open; });
}

TaskFacts Campaign::facts(std::uint64_t number) const {
    TaskFacts facts;
    const std::string path = shard_file(number);
    if (!results::is_results_file(path)) return facts;
    results::ResultsReader reader(path);
    const std::vector<results::Run> runs = reader.runs();
    if (runs.empty()) return facts;
    const results::Run& run = runs.back();
    facts.is_done = run.state == "finished" && !wants_more_time(reader, run);
    facts.is_written = run.state == "running" && results::life_of(run.process) == results::Life::alive;
    facts.answers = run.answers;
    return facts;
}

std::vector<RoundUnit> Campaign::round_units() const {
    std::vector<RoundUnit> units;
    std::istringstream lines(text_of(folder_ + "/round.txt"));
    for (std::string line; std::getline(lines, line);) {
        const std::size_t end = line.find(' ');
        const std::optional<std::uint64_t> runs = parse_count(line.substr(0, end));
        if (!runs || end == std::string::npos)
            throw InputError({folder_ + "/round.txt", 0, 0}, "this is no list of units", "a number and a file a line");
        units.push_back({line.substr(end + 1), *runs});
    }
    return units;
}

void Campaign::begin_round_of_units(const std::vector<RoundUnit>& units) const {
    std::string text;
    for (const RoundUnit& unit : units) text += fmt::format("{} {}\n", unit.runs, unit.file);
    write_whole(folder_ + "/round.txt", text);
}

std::optional<int> Campaign::exit_status(std::uint64_t number) const {
    const std::string text = text_of(fmt::format("{}/status/{}", folder_, number));
    const std::optional<std::uint64_t> status = parse_count(text.substr(0, text.find('\n')), 255);
    if (!status) return std::nullopt;
    return static_cast<int>(*status);
}

void Campaign::forget_exit_status(std::uint64_t number) const {
    std::error_code none;
    fs::remove(fmt::format("{}/status/{}", folder_, number), none);
}

std::string Campaign::last_words(std::uint64_t number) const {
    constexpr std::streamoff most = 4096;
    std::ifstream file(log_file(number), std::ios::binary);
    file.seekg(0, std::ios::end);
    const std::streamoff size = file.tellg();
    file.seekg(size > most ? size - most : 0);
    std::string last;
    for (std::string line; std::getline(file, line);)
        if (!line.empty()) last = line;
    return last;
}

std::size_t Campaign::begin_round(const std::vector<std::uint64_t>& numbers) const {
    std::size_t round = 1;
    std::error_code error;
    for (fs::directory_iterator entry(folder_ + "/rounds", error), end; !error && entry != end; entry.increment(error))
        if (const auto known = parse_count(entry->path().stem().string()))
            round = std::max(round, static_cast<std::size_t>(*known) + 1);
    write_whole(fmt::format("{}/rounds/{}.json", folder_, round),
                write::json_document(Json{{"round", round}, {"tasks", numbers}, {"job", nullptr}}));
    return round;
}

void Campaign::name_round(std::size_t round, const std::string& job) const {
    const std::string path = fmt::format("{}/rounds/{}.json", folder_, round);
    Json json = Json::parse(text_of(path), nullptr, false);
    if (!json.is_object()) return;
    json["job"] = job;
    write_whole(path, write::json_document(json));
}

void Campaign::mark_cancelled(bool is_cancelled) const {
    const std::string path = folder_ + "/cancelled";
    std::error_code none;
    if (is_cancelled)
        write_whole(path, "sinew cluster cancel\n");
    else
        fs::remove(path, none);
}

bool Campaign::is_cancelled() const {
    std::error_code none;
    return fs::exists(folder_ + "/cancelled", none);
}

CampaignLock::CampaignLock(const std::string& folder) {
    constexpr int waits = 50;
    make_folder(folder);
    const std::string path = folder + "/lock";
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT, 0666);  // children have it too
    if (descriptor_ < 0) throw OutputError(path, errno);
    for (int wait = 0; flock(descriptor_, LOCK_EX | LOCK_NB) != 0; ++wait) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            const int error = errno;
            close(descriptor_);
            throw OutputError(path + " (the file system's lock)", error);
        }
        if (wait == waits) {
            close(descriptor_);
            throw InputError({folder, 0, 0},
                             fmt::format("another process drives this campaign ({})", text_of(path).substr(0, 200)),
                             "one at a time");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    const std::string who = results::this_process();
    if (ftruncate(descriptor_, 0) != 0 || pwrite(descriptor_, who.data(), who.size(), 0) < 0) {
        // A full disk: the lock holds without its holder's name.
    }
}

CampaignLock::~CampaignLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace sinew::cluster
