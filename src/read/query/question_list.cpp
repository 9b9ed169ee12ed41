// SPDX-License-Identifier: Apache-2.0
#include "read/query/question_list.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "read/file.hpp"

namespace sinew::read {

namespace fs = std::filesystem;

namespace {
constexpr const char* list_in_folder = "instances.csv";

/// The name without its folder and its endings.
std::string stem_of(const std::string& path) {
    std::string name = fs::path(path).filename().string();
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

/// The network of a folder that conditions are about: the only one, or the one whose name theirs begins with.
const std::string* network_of(const std::string& conditions, const std::vector<std::string>& networks) {
    if (networks.size() == 1) return &networks.front();
    const std::string* best = nullptr;
    const std::string stem = stem_of(conditions);
    for (const std::string& network : networks) {
        const std::string begin = stem_of(network);
        if (!stem.starts_with(begin)) continue;
        if (stem.size() > begin.size() && std::string_view("_-. ").find(stem[begin.size()]) == std::string_view::npos)
            continue;
        if (best == nullptr || begin.size() > stem_of(*best).size()) best = &network;
    }
    return best;
}

QuestionList questions_in(const std::string& folder) {
    for (const char* ending : {"", ".gz"}) {
        const fs::path list = fs::path(folder) / (std::string(list_in_folder) + ending);
        if (!is_missing(list.string()))
            return {parse_instances(read_text(list.string()).view(), list.string()), {}, true};
    }
    QuestionList result;
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->is_regular_file(error) && !entry->path().filename().string().starts_with('.'))
            paths.push_back(entry->path().string());
    if (error) throw InputError({folder, 0, 0}, "the folder cannot be read: " + error.message());
    std::ranges::sort(paths);
    std::vector<std::string> networks;
    std::vector<std::string> conditions;
    std::vector<std::string> either;
    const auto add = [&](std::vector<std::string> files, std::string problem) {
        std::string name = fs::path(files.back()).filename().string();
        if (files.size() > 1 && networks.size() > 1) name = fs::path(files[0]).filename().string() + " " + name;
        result.questions.push_back({std::move(name), std::move(files), {}, std::nullopt, {}, std::move(problem)});
    };
    for (const std::string& path : paths) {
        check_limits();
        FileRole role = FileRole::none;
        try {
            role = role_of(path);
        } catch (const InputError& problem) {
            // A row says so, where the name promises a question.
            const auto format = format_named(format_of(path));
            if (format && *format != Format::instances)
                add({path}, problem.what());
            else
                result.left_out.push_back(path);
            continue;
        }
        if (role == FileRole::question) add({path}, "");
        if (role == FileRole::network) networks.push_back(path);
        if (role == FileRole::conditions) conditions.push_back(path);
        if (role == FileRole::either) either.push_back(path);
        if (role == FileRole::none) result.left_out.push_back(path);
    }
    if (networks.empty())
        for (const std::string& path : either) add({path}, "");
    else
        std::ranges::move(either, std::back_inserter(conditions));
    for (const std::string& path : conditions) {
        if (const std::string* network = network_of(path, networks))
            add({*network, path}, "");
        else
            add({path}, networks.empty() ? "there is no network in the folder"
                                         : "the folder has several networks: instances.csv says which is meant");
    }
    if (conditions.empty())
        for (std::string& network : networks) result.left_out.push_back(std::move(network));
    if (result.questions.empty())
        throw InputError({folder, 0, 0}, "there is no question in this folder",
                         "files that are questions, networks with conditions, or instances.csv");
    return result;
}

/// Cells of a row; quotes may stand around them.
std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        if (i == line.size() || (line[i] == ',' && !quoted)) {
            const std::size_t begin = std::min(cell.find_first_not_of(" \t\r"), cell.size());
            const std::size_t end = cell.find_last_not_of(" \t\r") + 1;
            cells.push_back(begin < end ? cell.substr(begin, end - begin) : "");
            cell.clear();
        } else if (line[i] == '"') {
            if (quoted && i + 1 < line.size() && line[i + 1] == '"')
                cell += line[++i];
            else
                quoted = !quoted;
        } else {
            cell += line[i];
        }
    }
    return cells;
}

enum class Column { network, conditions, seconds, expected, other };

std::optional<Column> column_called(std::string name) {
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const char* word : {"onnx", "network", "model", "net", "question", "query", "onnx_file"})
        if (name == word) return Column::network;
    for (const char* word : {"vnnlib", "property", "conditions", "spec", "vnnlib_file"})
        if (name == word) return Column::conditions;
    for (const char* word : {"timeout", "timeout_s", "timeout_seconds", "seconds", "time_limit"})
        if (name == word) return Column::seconds;
    for (const char* word : {"expected", "verdict", "result"})
        if (name == word) return Column::expected;
    return std::nullopt;
}

std::optional<double> seconds_in(const std::string& cell) {
    if (cell.empty() || cell.find_first_not_of("0123456789.eE+-") != std::string::npos) return std::nullopt;
    const std::optional<double> value = parse_double(cell);
    return value && *value > 0 ? value : std::nullopt;
}

class InstanceReader {
  public:
    explicit InstanceReader(const std::string& path) : path_(path), folder_(fs::path(path).parent_path()) {}

    void row(std::string_view line, std::size_t number) {
        const std::vector<std::string> cells = cells_of(line);
        if (columns_.empty() && questions_.empty() && column_called(cells.front())) {
            for (const std::string& cell : cells) columns_.push_back(column_called(cell).value_or(Column::other));
            return;
        }
        ListedQuestion question;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (cells[i].empty()) continue;
            switch (column(i, cells)) {
                case Column::network:
                    if (cells[i].starts_with('[')) {
                        add_networks(cells[i], number, question);
                        break;
                    }
                    question.files.push_back(place(cells[i]));
                    break;
                case Column::conditions:
                    question.files.push_back(place(cells[i]));
                    break;
                case Column::seconds:
                    question.seconds = seconds_in(cells[i]);
                    if (!question.seconds)
                        throw InputError({path_, number, 0}, fmt::format("'{}' is no time limit", printable(cells[i])),
                                         "seconds, such as 60");
                    break;
                case Column::expected:
                    if (cells[i] == "sat" || cells[i] == "unsat") question.expected = cells[i];
                    break;
                case Column::other:
                    break;
            }
        }
        if (question.files.empty() || question.files.size() > std::max<std::size_t>(question.networks.size(), 1) + 1)
            throw InputError({path_, number, 0}, "this row names no question",
                             "a network, its conditions and a time limit: net.onnx,property.vnnlib,60");
        for (const std::string& file : question.files) {
            const std::string shown = fs::path(file).lexically_relative(folder_.empty() ? "." : folder_).string();
            question.name += (question.name.empty() ? "" : " ") + (shown.empty() ? file : shown);
        }
        questions_.push_back(std::move(question));
    }

    std::vector<ListedQuestion> take() {
        if (questions_.empty())
            throw InputError({path_, 0, 0}, "the list has no questions", "rows such as net.onnx,property.vnnlib,60");
        return std::move(questions_);
    }

  private:
    void add_networks(const std::string& cell, std::size_t number, ListedQuestion& question) const {
        try {
            question.networks = parse_network_list(cell);
        } catch (const UsageError& error) {
            throw InputError({path_, number, 0}, error.what());
        }
        for (NetworkFile& network : question.networks) {
            network.path = place(network.path);
            question.files.push_back(network.path);
        }
    }

    Column column(std::size_t i, const std::vector<std::string>& cells) const {
        if (!columns_.empty()) return i < columns_.size() ? columns_[i] : Column::other;
        if (i > 0 && (i == 2 || (i + 1 == cells.size() && seconds_in(cells[i])))) return Column::seconds;
        return i == 0 ? Column::network : i == 1 ? Column::conditions : Column::other;
    }

    std::string place(const std::string& cell) const {
        const fs::path path = fs::path(cell).is_absolute() ? fs::path(cell) : folder_ / cell;
        if (is_missing(path.string()) && !is_missing(path.string() + ".gz")) return path.string() + ".gz";
        return path.lexically_normal().string();
    }

    const std::string& path_;
    fs::path folder_;
    std::vector<Column> columns_;
    std::vector<ListedQuestion> questions_;
};
}  // namespace

std::vector<ListedQuestion> parse_instances(std::string_view text, const std::string& path) {
    InstanceReader reader(path);
    for (std::size_t number = 1; !text.empty(); ++number) {
        check_limits();
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.starts_with('#')) continue;
        reader.row(line, number);
    }
    return reader.take();
}

bool are_several_questions(const std::vector<std::string>& files, const QueryOptions& options) {
    if (files.empty()) return false;
    const auto format = [&](std::size_t i) {
        return options.format(i) == Format::unknown ? find_format(files[i]) : options.format(i);
    };
    if (files.size() == 1) return format(0) == Format::instances || (format(0) == Format::folder && !options.asks());
    if (std::ranges::any_of(files, is_missing)) {
        if (files.size() > 2)
            for (const std::string& file : files)
                if (is_missing(file)) read_file(file);
        return false;
    }
    if (files.size() > 2) return true;
    // A question and conditions with domains of their own are one question.
    std::size_t of_either_kind = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const Format one = format(i);
        if (one == Format::folder || one == Format::instances) continue;
        if (one != Format::dnn && one != Format::smtlib && one != Format::ipq) return false;
        const FileRole role = role_of(files[i], one);
        if (role != FileRole::question && role != FileRole::either) return false;
        of_either_kind += role == FileRole::either ? 1 : 0;
    }
    return of_either_kind != 1;
}

namespace {
/// What the files of a command line are, by their numbers.
struct Sorted {
    std::vector<std::size_t> questions;
    std::vector<std::size_t> networks;
    std::vector<std::size_t> conditions;
    std::vector<std::size_t> either;  ///< questions if no file has a network, else conditions
};

Sorted sorted(const std::vector<std::string>& files, const std::vector<Format>& formats) {
    Sorted result;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (formats[i] == Format::folder || formats[i] == Format::instances) continue;
        FileRole role = FileRole::none;
        try {
            role = role_of(files[i], formats[i]);
        } catch (const InputError&) {
            role = FileRole::either;  // reading it again says what is wrong with it
        }
        if (role == FileRole::none) fail_format(files[i], formats[i], "a network, conditions, or a whole question");
        (role == FileRole::question  ? result.questions
         : role == FileRole::network ? result.networks
         : role == FileRole::either  ? result.either
                                     : result.conditions)
            .push_back(i);
    }
    std::ranges::move(result.either,
                      std::back_inserter(result.networks.empty() && result.conditions.empty() ? result.questions
                                                                                              : result.conditions));
    std::ranges::sort(result.questions);
    std::ranges::sort(result.conditions);
    return result;
}
}  // namespace

QuestionList list_questions(const std::vector<std::string>& files, const QueryOptions& options) {
    QuestionList result;
    std::vector<Format> formats;
    for (std::size_t i = 0; i < files.size(); ++i)
        formats.push_back(options.format(i) == Format::unknown ? find_format(files[i]) : options.format(i));
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (formats[i] != Format::folder && formats[i] != Format::instances) continue;
        QuestionList more = formats[i] == Format::folder
                                ? questions_in(files[i])
                                : QuestionList{parse_instances(read_text(files[i]).view(), files[i]), {}, true};
        result.of_instances = result.of_instances || more.of_instances;
        std::ranges::move(more.questions, std::back_inserter(result.questions));
        std::ranges::move(more.left_out, std::back_inserter(result.left_out));
    }
    const Sorted sort = sorted(files, formats);
    const auto add = [&](std::size_t names, std::vector<std::size_t> of) {
        ListedQuestion question{shown_name(files[names]), {}, {}, std::nullopt, {}, {}};
        for (const std::size_t i : of) {
            question.files.push_back(files[i]);
            question.formats.push_back(formats[i]);
        }
        result.questions.push_back(std::move(question));
    };
    const std::size_t with_network = sort.networks.size() + sort.questions.size();
    if (sort.networks.empty() && sort.conditions.empty()) {
        for (const std::size_t i : sort.questions) add(i, {i});
    } else if (with_network == 1 && !sort.conditions.empty() && result.questions.empty()) {
        const std::size_t network = sort.networks.empty() ? sort.questions.front() : sort.networks.front();
        for (const std::size_t i : sort.conditions) add(i, {network, i});
    } else {
        throw UsageError(
            fmt::format("these {} files are neither one network with conditions nor whole questions: {} of "
                        "them ha{} a network",
                        files.size(), with_network, with_network == 1 ? "s" : "ve"));
    }
    return result;
}

}  // namespace sinew::read
