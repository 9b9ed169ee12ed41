// SPDX-License-Identifier: Apache-2.0
#include "units/merge.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "read/file.hpp"
#include "units/confirm.hpp"
#include "units/cover.hpp"
#include "units/question.hpp"
#include "units/unit.hpp"

namespace sinew::units {

namespace {
namespace fs = std::filesystem;

class Merger {
  public:
    Merger(const model::Query& query, const std::string& question) : query_(query), question_(question) {}

    Merged run(const std::string& folder) {
        const bool is_covered = merge_folder(folder, {}, {});
        if (merged_.witness) find_contradictions();
        if (merged_.witness)
            merged_.status = model::Status::sat;
        else if (is_covered && merged_.wrong.empty())
            merged_.status = model::Status::unsat;
        if (merged_.status == model::Status::unsat)
            for (const std::string& engine : engines_)
                merged_.decided_by += (merged_.decided_by.empty() ? "" : ", ") + engine;
        return std::move(merged_);
    }

  private:
    void complain(const std::string& file, std::string_view what) {
        merged_.wrong.push_back(fmt::format("{}: {}", file, what));
    }

    void complain(const std::string& file, const InputError& error) {
        if (to_string(error.location()).empty()) return complain(file, error.what());
        merged_.wrong.emplace_back(error.what());  // which names the place
    }

    /// Whether all units of the folder are refuted, and they cover the part at the end of `path`.
    bool merge_folder(const std::string& folder, const Path& path, const std::string& parent) {
        const std::string file = folder + "/" + std::string(cover_file);
        Cover cover;
        try {
            cover = read_cover(file, query_);
        } catch (const InputError& error) {
            complain(file, error);
            return false;
        }
        ++merged_.splits;
        merged_.splitting_seconds += cover.seconds;
        if (cover.question != question_) {
            complain(file, "this is the cover of another question");
            return false;
        }
        if (cover.parent != parent || cover.path != path) {
            complain(file, "this is the cover of another part of the question");
            return false;
        }
        std::set<std::string> named;
        const bool is_covered = merge_node(folder, cover, 0, path, named);
        name_foreign(folder, named);
        return is_covered;
    }

    bool merge_node(const std::string& folder, const Cover& cover, std::size_t index, const Path& path,
                    std::set<std::string>& named) {
        check_limits();
        const CoverNode& node = cover.nodes[index];
        if (node.kind == CoverNode::Kind::refuted) {
            ++merged_.refuted_while_splitting;
            engines_.insert(node.by);
            refuted_.push_back({path, fmt::format("{}: a part", folder + "/" + std::string(cover_file)), node.by});
            return true;
        }
        if (node.kind == CoverNode::Kind::unit) return merge_unit(folder, node, path, named);
        bool is_covered = true;
        try {
            check_split(query_, path, node);
        } catch (const std::invalid_argument& error) {
            complain(folder + "/" + std::string(cover_file), error.what());
            is_covered = false;
        }
        for (std::size_t side = 0; side < node.children.size(); ++side) {
            Path below = path;
            below.push_back(step_to(node, side));
            is_covered = merge_node(folder, cover, node.children[side], below, named) && is_covered;
        }
        return is_covered;
    }

    bool merge_unit(const std::string& folder, const CoverNode& node, const Path& path, std::set<std::string>& named) {
        const std::string file = folder + "/" + node.unit;
        if (!named.insert(node.unit).second) complain(file, "two parts of the tree are this one unit");
        if (read::is_missing(file)) {
            complain(file, "this unit is missing");
            return false;
        }
        Unit unit;
        std::optional<Result> result;
        try {
            unit = read_unit(file, query_);
            if (unit.question != question_) throw InputError({file, 0, 0}, "this is a unit of another question");
            if (unit.sha256 != node.sha256) throw InputError({file, 0, 0}, "this unit has been changed");
            if (unit.path != path) throw InputError({file, 0, 0}, "this unit is another part of the question");
        } catch (const InputError& error) {
            complain(file, error);
            return false;
        }
        try {
            result = read_result(file, unit, query_);
        } catch (const InputError& error) {
            complain(file, error);
        }
        if (result) {
            merged_.runs += result->spent.runs;
            merged_.searching_seconds += result->spent.seconds;
            merged_.unit_seconds.push_back(result->spent.seconds);
        }
        const std::string children = children_path(file);
        const bool is_split = !read::is_missing(children + "/" + std::string(cover_file));
        if (result && result->status == model::Status::sat) take_witness(file, *result);
        if (result && !result->refuted_by.empty()) refuted_.push_back({path, file, result->refuted_by});
        if (result && result->status == model::Status::unsat) {
            ++merged_.units;
            ++merged_.refuted;
            engines_.insert(result->decided_by);
            refuted_.push_back({path, file, result->decided_by});
            return true;
        }
        if (is_split) return merge_folder(children, path, unit.sha256);
        ++merged_.units;
        if (result && result->status == model::Status::sat) return false;
        OpenUnit open{file, model::Status::unknown, 0, 0, unit.hardness, {}};
        if (result) {
            open.status = result->status;
            open.runs = result->spent.runs;
            open.seconds = result->spent.seconds;
            open.reason = result->reason;
        }
        merged_.open.push_back(std::move(open));
        return false;
    }

    void take_witness(const std::string& file, const Result& result) {
        if (merged_.witness) return;
        auto witness = confirmed(query_, *result.inputs, result.booleans);
        if (!witness) return complain(result_path(file), "the witness is none: the question does not hold there");
        merged_.witness = std::move(witness);
        merged_.witness_unit = file;
        merged_.decided_by = result.decided_by;
    }

    struct Refuted {
        Path path;
        std::string what;
        std::string by;
    };

    void find_contradictions() {
        for (const Refuted& part : refuted_)
            if (holds_witness(part.path))
                merged_.contradictions.push_back(fmt::format("{} was refuted by {}, and the witness of {} lies in it",
                                                             part.what, part.by, merged_.witness_unit));
    }

    bool holds_witness(const Path& path) const {
        const model::Witness& witness = *merged_.witness;
        bool is_told_by_bounds = true;
        for (const Step& step : path) {
            if (step.kind != Step::Kind::bound) {
                is_told_by_bounds = false;
                continue;
            }
            const bool is_lower = step.bound.side == engine::Side::at_least;
            if (step.bound.subject.is_boolean()) {
                if (witness.booleans[step.bound.subject.boolean().index()] != is_lower) return false;
                continue;
            }
            const std::size_t variable = step.bound.subject.variable().index();
            if (!witness.radii.empty() && witness.radii[variable] != 0) return false;  // nobody knows
            const Rational bound = to_rational(step.bound.value);
            if (is_lower ? witness.values[variable] < bound : witness.values[variable] > bound) return false;
        }
        if (is_told_by_bounds) return true;
        model::Query part = query_;
        std::vector<engine::Literal> splits;
        try {
            for (const Step& step : path) apply(step, part, splits);
        } catch (const std::invalid_argument&) {  // told already
            return false;
        }
        std::vector<Rational> inputs;
        for (const Variable input : query_.network.input_variables()) inputs.push_back(witness.values[input.index()]);
        return confirmed(part, inputs, witness.booleans).has_value();
    }

    /// Files that are units or results, and that the cover does not know.
    void name_foreign(const std::string& folder, const std::set<std::string>& named) {
        std::error_code error;
        std::vector<std::string> foreign;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            const std::string name = entry.path().filename().string();
            if (!name.starts_with("unit_")) continue;
            const std::size_t end = name.find('.');
            if (!named.contains(name.substr(0, end) + ".json")) foreign.push_back(name);
        }
        std::sort(foreign.begin(), foreign.end());
        for (const std::string& name : foreign) complain(folder + "/" + name, "the cover knows no such unit");
    }

    const model::Query& query_;
    const std::string& question_;
    Merged merged_;
    std::set<std::string> engines_;
    std::vector<Refuted> refuted_;
};
}  // namespace

Merged merge(const std::string& folder, const model::Query& query, const std::string& question) {
    return Merger(query, question).run(folder);
}

}  // namespace sinew::units
