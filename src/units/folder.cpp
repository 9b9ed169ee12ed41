// SPDX-License-Identifier: Apache-2.0
#include "units/folder.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "base/sha256.hpp"
#include "model/evaluate_enclosed.hpp"
#include "read/file.hpp"
#include "units/cover.hpp"
#include "units/json_file.hpp"
#include "units/merge.hpp"
#include "units/splitting.hpp"

namespace sinew::units {

namespace {
namespace fs = std::filesystem;

/// A folder under another name until all of it is there; else it is taken away again.
class NewFolder {
  public:
    explicit NewFolder(std::string path) : path_(std::move(path)) {
        while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
        const std::size_t slash = path_.rfind('/');
        temporary_ = (slash == std::string::npos ? "" : path_.substr(0, slash + 1)) + ".sinew-XXXXXX";
        if (mkdtemp(temporary_.data()) == nullptr) {
            const int error = errno;
            temporary_.clear();
            throw OutputError(path_, error);
        }
        std::error_code ignored;
        constexpr auto all = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                             fs::perms::others_read | fs::perms::others_exec;
        const mode_t mask = umask(0);
        umask(mask);
        fs::permissions(temporary_, all & ~fs::perms(mask), ignored);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    ~NewFolder() {
        std::error_code ignored;
        if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
    }

    const std::string& temporary() const { return temporary_; }
    const std::string& path() const { return path_; }
    /// False: there is a folder of this name, which somebody else has made.
    bool finish() {
        if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
            if (errno == ENOTEMPTY || errno == EEXIST) return false;
            throw OutputError(path_, errno);
        }
        temporary_.clear();
        return true;
    }

  private:
    std::string path_;
    std::string temporary_;
};

/// Writes the units and the cover of one cut into a folder.
class Writer {
  public:
    Writer(const model::Query& query, const Unit& whole, const Splitting& cut)
        : query_(query), whole_(whole), cut_(cut), is_told_(!query.precision && !model::is_smooth(query.network)) {}

    /// `name_in`: where the folder will be. Gives the new units' paths.
    std::vector<std::string> write(const std::string& folder, const std::string& name_in, double seconds) {
        folder_ = folder;
        name_in_ = name_in;
        cover_.question = whole_.question;
        cover_.parent = whole_.sha256;
        cover_.path = whole_.path;
        add(0, whole_.path);
        cover_.seconds = seconds;
        write_file(folder + "/" + std::string(cover_file), cover_text(query_, cover_));
        return std::move(paths_);
    }
    std::size_t refuted() const { return refuted_; }

  private:
    std::uint32_t add(std::size_t leaf, const Path& path) {
        const engine::SplitNode& from = cut_.tree.nodes[leaf];
        const auto index = static_cast<std::uint32_t>(cover_.nodes.size());
        cover_.nodes.emplace_back();
        CoverNode node;
        using From = engine::SplitNode::Kind;
        if (from.kind == From::open) {
            add_unit(from, path, node);
        } else if (from.kind == From::refuted) {
            node.kind = CoverNode::Kind::refuted;
            node.by = from.by;
            ++refuted_;
        } else {
            node.kind = from.kind == From::bounds  ? CoverNode::Kind::bounds
                        : from.kind == From::boxes ? CoverNode::Kind::boxes
                                                   : CoverNode::Kind::disjuncts;
            node.sides = from.sides;
            node.children.resize(from.children.size());
            for (std::size_t side = 0; side < from.children.size(); ++side) {
                Path below = path;
                below.push_back(step_to(node, side));
                node.children[side] = add(from.children[side], below);
            }
        }
        cover_.nodes[index] = std::move(node);
        return index;
    }

    void add_unit(const engine::SplitNode& leaf, const Path& path, CoverNode& node) {
        Unit unit;
        unit.question = whole_.question;
        unit.path = path;
        unit.hardness = leaf.bound;
        unit.spent = whole_.spent;
        if (is_told_) {
            unit.part = cut_.learned;
            if (!leaf.bounds.empty()) unit.part.bounds = leaf.bounds;
        }
        node.unit = fmt::format("unit_{:04}.json", paths_.size() + 1);
        const std::string text = unit_text(query_, unit);
        node.sha256 = sha256(text);
        write_file(folder_ + "/" + node.unit, text);
        paths_.push_back(name_in_ + "/" + node.unit);
    }

    const model::Query& query_;
    const Unit& whole_;
    const Splitting& cut_;
    bool is_told_;  ///< what is known of neurons is known of the query that is searched
    Cover cover_;
    std::string folder_, name_in_;
    std::vector<std::string> paths_;
    std::size_t refuted_ = 0;
};

bool has_answer(const model::Verdict& verdict) {
    return verdict.status == model::Status::sat || verdict.status == model::Status::unsat;
}

Result result_of(const model::Query& query, const model::Verdict& verdict, double seconds) {
    Result result;
    result.status = verdict.status;
    result.decided_by = verdict.decided_by;
    result.spent = {seconds, 1};
    if (!verdict.witness) return result;
    result.inputs.emplace();
    for (const Variable input : query.network.input_variables())
        result.inputs->push_back(verdict.witness->values[input.index()]);
    result.booleans = verdict.witness->booleans;
    return result;
}

/// What is there already, where it is this question's.
SplitSummary found_there(const Question& question, const std::string& folder) {
    if (!is_folder_of_units(folder)) throw OutputError(folder, fs::is_directory(folder) ? ENOTEMPTY : ENOTDIR);
    if (Question::of_folder(folder).digest() != question.digest())
        throw UsageError(fmt::format("{} has the units of another question", folder));
    SplitSummary summary;
    summary.was_there = true;
    return summary;
}

bool is_empty_or_new(const std::string& folder) {
    std::error_code error;
    return !fs::exists(folder, error) || (fs::is_directory(folder, error) && fs::is_empty(folder, error));
}
}  // namespace

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

SplitSummary split_question(const Question& question, const model::Query& query, const std::string& folder,
                            const SplitOptions& options, Observer& observer) {
    if (!is_empty_or_new(folder)) return found_there(question, folder);
    NewFolder made(folder);  // that it can be made is known before the work
    question.write(made.temporary());
    SplitSummary summary;
    Splitting cut = split(query, {}, options.verify, options.seconds, options.into, observer);
    summary.verdict = cut.verdict;
    const bool is_done = has_answer(cut.verdict);
    if (is_done) cut.tree = {};
    Unit whole;
    whole.question = question.digest();
    Writer writer(query, whole, cut);
    // The time of an answer is its unit's.
    const double seconds = processor_seconds();
    summary.units = writer.write(made.temporary(), made.path(), is_done ? 0 : seconds);
    summary.refuted = writer.refuted();
    summary.split = 1;
    if (is_done) {
        const std::string unit = made.temporary() + "/unit_0001.json";
        keep_result(unit, read_unit(unit, query), query, result_of(query, cut.verdict, seconds));
    } else if (summary.units.empty()) {
        summary.verdict.status = model::Status::unsat;
        summary.verdict.decided_by = cut.tree.nodes.back().by;
    }
    if (!made.finish()) return found_there(question, folder);
    return summary;
}

SplitSummary split_again(const std::string& folder, const model::Query& query, const std::string& question,
                         const SplitOptions& options, Observer& observer) {
    const Merged merged = merge(folder, query, question);
    if (!merged.wrong.empty()) throw InputError({}, merged.wrong.front());
    SplitSummary summary;
    for (const OpenUnit& open : merged.open) {
        if (merged.status == model::Status::sat) break;
        if (open.runs == 0) continue;
        if (options.verify.limits.exceeded()) break;
        const double start = processor_seconds();
        Unit unit = read_unit(open.path, query);
        const std::optional<Result> result = read_result(open.path, unit, query);
        if (!result || result->is_decided()) continue;  // somebody was faster
        unit.part = result->learned;
        unit.spent.seconds += result->spent.seconds;
        unit.spent.runs += result->spent.runs;
        model::Query part_query = query;
        const engine::Part part = restrict(open.path, unit, part_query);
        NewFolder made(children_path(open.path));
        Splitting cut = split(part_query, part, options.verify, 0, options.into, observer);
        if (has_answer(cut.verdict)) {
            keep_result(open.path, unit, query, result_of(query, cut.verdict, processor_seconds() - start));
            if (cut.verdict.status == model::Status::sat) {
                summary.verdict = cut.verdict;
                break;
            }
            continue;
        }
        if (cut.tree.nodes.front().kind == engine::SplitNode::Kind::open) {
            summary.stuck.push_back(open.path);
            continue;
        }
        Writer writer(query, unit, cut);
        const std::vector<std::string> units = writer.write(made.temporary(), made.path(), processor_seconds() - start);
        if (!made.finish()) continue;  // somebody was faster
        ++summary.split;
        summary.refuted += writer.refuted();
        summary.units.insert(summary.units.end(), units.begin(), units.end());
    }
    return summary;
}

}  // namespace sinew::units
