// SPDX-License-Identifier: Apache-2.0
#include "cluster/merge_results.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <span>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "results/results_file.hpp"
#include "write/json_text.hpp"

namespace sinew::cluster {

namespace {
using Json = nlohmann::ordered_json;
using results::Change;
using results::Comparison;
using results::Difference;
using results::Part;
using results::Question;
using results::Row;
using results::Run;

std::string shown(const Json* value) {
    constexpr std::size_t longest = 80;
    if (value == nullptr) return "nothing";
    std::string text = write::json_line(*value);
    return text.size() > longest ? text.substr(0, longest) + "…" : text;
}

struct JsonDifference {
    std::string where;
    std::string first;
    std::string second;
};

/// The first place where two documents differ.
std::optional<JsonDifference> difference(const Json& first, const Json& second, const std::string& where) {
    if (first == second) return std::nullopt;
    if (!first.is_object() || !second.is_object()) return JsonDifference{where, shown(&first), shown(&second)};
    const auto name = [&](const std::string& key) { return where.empty() ? key : where + " " + key; };
    for (const auto& [key, value] : first.items()) {
        const auto other = second.find(key);
        if (other == second.end()) return JsonDifference{name(key), shown(&value), shown(nullptr)};
        if (auto found = difference(value, *other, name(key))) return found;
    }
    for (const auto& [key, value] : second.items())
        if (!first.contains(key)) return JsonDifference{name(key), shown(nullptr), shown(&value)};
    return JsonDifference{where, "the same in another order", "the same"};
}

Json parsed(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json(nullptr) : json;
}

void require_one_whole(const MergedPart& first, const MergedPart& other) {
    const auto refuse = [&](const std::string& what, const std::string& is, const std::string& expected) {
        throw InputError({other.place, 0, 0}, fmt::format("another {} than {}: {}", what, first.place, is), expected);
    };
    if (other.run.kind != first.run.kind) refuse("command", other.run.kind, first.run.kind);
    const Part& part = *other.run.part;
    const Part& expected = *first.run.part;
    if (const auto found = difference(parsed(expected.whole), parsed(part.whole), ""))
        refuse(found->where, found->second, found->first);
    const auto extent = [](const Part& one) { return fmt::format("{} from number {}", one.count, one.first); };
    if (part.first != expected.first || part.count != expected.count)
        refuse("set of questions", extent(part), extent(expected));
    if ((other.run.identity == "{}") != (first.run.identity == "{}"))
        refuse("way to keep results (--db or --resume)", other.run.identity == "{}" ? "--db" : "--resume",
               first.run.identity == "{}" ? "--db" : "--resume");
}

/// Nothing is lost where the same is merged again.
void require_replaceable(const std::string& path, const Merged& merged) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) || !std::filesystem::is_regular_file(path, error)) return;
    if (std::filesystem::file_size(path, error) == 0) return;
    const std::vector<Run> runs = results::ResultsReader(path).runs();
    if (runs.size() == 1 && runs[0].part && runs[0].part->whole == merged.run.part->whole &&
        runs[0].part->first == merged.run.part->first && runs[0].part->count == merged.run.part->count)
        return;
    throw InputError({path, 0, 0}, "the file is there already and holds other runs, which would be lost",
                     "a new file, or one that the same shards were merged into");
}

/// The words of the command without --shard.
std::string whole_command(const std::string& command) {
    const Json words = parsed(command);
    if (!words.is_array()) return command;
    Json kept = Json::array();
    for (std::size_t w = 0; w < words.size(); ++w) {
        if (words[w] == "--shard") {
            ++w;
            continue;
        }
        if (words[w].is_string() && words[w].get<std::string>().starts_with("--shard=")) continue;
        kept.push_back(words[w]);
    }
    return write::json_line(kept);
}

/// The results file that the command names is `path`.
std::string with_file(const std::string& command, const std::string& path) {
    Json words = parsed(command);
    if (!words.is_array()) return command;
    for (std::size_t w = 0; w < words.size(); ++w)
        for (const std::string option : {"--resume", "--db"}) {
            if (!words[w].is_string()) continue;
            if (words[w] == option && w + 1 < words.size())
                words[w + 1] = path;
            else if (words[w].get<std::string>().starts_with(option + "="))
                words[w] = option + "=" + path;
        }
    return write::json_line(words);
}

using Group = std::vector<Row>;  // all rows about one question number

std::size_t answers_in(const Group& group) {
    return static_cast<std::size_t>(std::ranges::count_if(
        group, [](const Row& row) { return results::is_answer(results::standing_of(row.status)); }));
}

/// Answers about one question are about one content of its files. A file that could not be read has none.
void require_same_content(const Group& known, const Group& other, const std::string& place) {
    for (const Row& one : known) {
        for (const Row& two : other) {
            if (one.status == "error" || two.status == "error") continue;
            if (one.question.network_digest == two.question.network_digest &&
                one.question.property_digest == two.question.property_digest)
                continue;
            throw InputError({place, 0, 0},
                             fmt::format("the answer to question {} is about another content of its files than that of "
                                         "another shard",
                                         number_of(two)),
                             "shards of the same files");
        }
    }
}

std::map<std::int64_t, Group> groups_of(std::vector<Row> rows, const MergedPart& part) {
    const Part& whole = *part.run.part;
    std::map<std::int64_t, Group> groups;
    for (Row& row : rows) {
        const std::int64_t number = number_of(row);
        if (number < whole.first || number - whole.first >= whole.count) continue;  // of an earlier --skip or --limit
        Group& group = groups[number];
        // A file that could not be read at first, and then could: the later answer.
        if (!group.empty() && group.back().status == "error" && row.question.row == Question::no_row) group.clear();
        group.push_back(std::move(row));
    }
    return groups;
}

void begin_with(const Run& first, Run& merged) {
    merged = first;
    merged.id = 0;
    merged.command = whole_command(first.command);
    merged.seconds = 0;
    merged.part->shard.clear();
}

void add_facts(const MergedPart& part, Merged& merged) {
    Run& run = merged.run;
    run.seconds += part.run.seconds;
    run.started = std::min(run.started, part.run.started);
    run.ended = std::max(run.ended, part.run.ended);
    const auto note = [&](const char* what, const std::string& is, const std::string& of_first) {
        if (is != of_first)
            merged.notes.push_back(fmt::format("{} had {} {}, the first {}", part.place, what, is, of_first));
    };
    note("version", part.run.version, run.version);
    note("limits", part.run.limits, run.limits);
}
}  // namespace

std::int64_t number_of(const Row& row) {
    if (row.question.row != Question::no_row) return row.question.row;
    const Json details = parsed(row.details);
    const auto place = details.is_object() ? details.find("place") : details.end();
    return details.is_object() && place != details.end() && place->is_number_integer() ? place->get<std::int64_t>()
                                                                                       : Question::no_row;
}

namespace {
bool has_open(const MergedPart& part) {
    return std::ranges::any_of(
        part.rows, [](const Row& row) { return results::standing_of(row.status) == results::Standing::open; });
}

/// Of the part that had the least time for what it left open: whoever goes on with more asks that again.
std::string limits_of_the_open(std::span<const MergedPart> parts) {
    const MergedPart* least = nullptr;
    for (const MergedPart& part : parts)
        if (has_open(part) && (least == nullptr || results::seconds_each(part.run) < results::seconds_each(least->run)))
            least = &part;
    return (least != nullptr ? *least : parts.front()).run.limits;
}
}  // namespace

Merged merge_results(std::vector<MergedPart> parts) {
    for (const MergedPart& part : parts) {
        if (!part.run.part)
            throw InputError({part.place, 0, 0}, "the run does not say which questions it is a part of",
                             "a run of sinew certify, or of sinew verify over a list, by this version");
        require_one_whole(parts.front(), part);
    }
    Merged merged;
    begin_with(parts.front().run, merged.run);
    const std::string limits = limits_of_the_open(parts);  // before their rows are taken
    std::map<std::int64_t, Group> all;
    for (MergedPart& part : parts) {
        add_facts(part, merged);
        for (auto& [number, group] : groups_of(std::move(part.rows), part)) {
            const auto [known, is_new] = all.try_emplace(number);
            if (is_new) {
                known->second = std::move(group);
                continue;
            }
            require_same_content(known->second, group, part.place);
            Comparison compared = results::compare(known->second, group);
            const std::size_t contradictions = compared.count(Change::contradiction);
            for (Difference& one : compared.differences)
                if (one.change == Change::contradiction) merged.contradictions.push_back(std::move(one));
            if (contradictions != 0) continue;
            ++merged.repeated;
            if (answers_in(group) > answers_in(known->second)) known->second = std::move(group);
        }
    }
    const Part& whole = *merged.run.part;
    for (std::int64_t number = whole.first; number - whole.first < whole.count; ++number)
        if (!all.contains(number)) merged.missing.push_back(number);
    merged.questions = all.size();
    merged.run.limits = limits;
    for (auto& [number, group] : all) std::ranges::move(group, std::back_inserter(merged.rows));
    merged.run.state = merged.missing.empty() ? "finished" : "stopped";
    return merged;
}

void write_merged(const Merged& merged, const std::string& path) {
    require_replaceable(path, merged);
    AtomicFile file(path);
    const std::unique_ptr<results::ResultsFile> made = results::ResultsFile::in_memory(path);
    Run run = merged.run;
    run.command = with_file(run.command, path);
    made->begin(run);
    made->append(run, merged.rows);
    made->end(run, merged.run.state, run.ended, run.seconds);
    file.append(made->content());
    // A log of the file that is replaced is none of the new one's.
    for (const char* suffix : {"-wal", "-shm"}) {
        std::error_code none;
        std::filesystem::remove(path + suffix, none);
    }
    file.finish();
}

std::string ranges_text(const std::vector<std::int64_t>& numbers, std::size_t most_ranges) {
    std::string text;
    std::size_t ranges = 0;
    for (std::size_t begin = 0; begin < numbers.size();) {
        std::size_t end = begin + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
        if (ranges++ == most_ranges) return text + fmt::format(" and {} more", numbers.size() - begin);
        if (!text.empty()) text += ", ";
        text += end - begin == 1 ? fmt::format("{}", numbers[begin])
                                 : fmt::format("{}-{}", numbers[begin], numbers[end - 1]);
        begin = end;
    }
    return text;
}

}  // namespace sinew::cluster
