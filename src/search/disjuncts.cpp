// SPDX-License-Identifier: Apache-2.0
#include "search/disjuncts.hpp"

#include <algorithm>
#include <cmath>

#include "base/limit_scope.hpp"
#include "model/normal_form.hpp"

namespace sinew::search {

namespace {
using model::FormulaKind;
using model::Relation;

/// The disjuncts of one node; rows are indices into a common table.
using Cube = std::vector<std::uint32_t>;
using Cubes = std::vector<Cube>;
/// Rows copied into cubes, of all nodes together, and what a cube counts for beside its rows.
constexpr std::size_t most_copied = std::size_t{1} << 24;
constexpr std::size_t copies_of_an_empty_cube = 8;

class Expansion {
  public:
    Expansion(const model::Query& query, std::size_t limit) : query_(query), limit_(limit) {}

    std::optional<std::vector<Disjunct>> run() {
        const model::NormalForm normal(query_);
        for (const model::NormalForm::Node& node : normal.nodes()) {
            check_limits();
            if (!expand(normal, node)) return std::nullopt;
        }
        std::vector<Disjunct> result;
        for (const Cube& cube : cubes_.back()) {
            Disjunct& disjunct = result.emplace_back();
            for (const std::uint32_t row : cube) {
                disjunct.rows.push_back(rows_[row]);
                disjunct.names.push_back(names_[row]);
            }
        }
        return result;
    }

  private:
    bool expand(const model::NormalForm& normal, const model::NormalForm::Node& node) {
        Cubes out;
        switch (node.kind) {
            case model::NormalForm::Kind::constant:
                if (query_.formulas.node(node.formula).value == node.positive) out.emplace_back();
                break;
            case model::NormalForm::Kind::boolean:
                out.emplace_back();
                break;
            case model::NormalForm::Kind::atom:
                out.push_back(atom(query_.formulas.node(node.formula).atom,
                                   {static_cast<std::uint32_t>(node.formula.index()), node.positive, false}));
                break;
            case model::NormalForm::Kind::all:
                out.emplace_back();
                for (const std::uint32_t child : normal.children(node))
                    if (!conjoin(out, cubes_[child])) return false;
                break;
            case model::NormalForm::Kind::any:
                for (const std::uint32_t child : normal.children(node)) {
                    if (out.size() + cubes_[child].size() > limit_ || !may_copy(weight(cubes_[child]))) return false;
                    out.insert(out.end(), cubes_[child].begin(), cubes_[child].end());
                }
                break;
        }
        cubes_.push_back(std::move(out));
        return true;
    }

    Cube atom(const model::Atom& from, const proof::AtomName& name) {
        if (from.relation == Relation::equal && !name.positive) return {};
        rows_.push_back(name.positive ? from : from.opposite());
        names_.push_back(name);
        return {static_cast<std::uint32_t>(rows_.size() - 1)};
    }

    static std::size_t weight(const Cubes& cubes) {
        std::size_t sum = 0;
        for (const Cube& cube : cubes) sum += copies_of_an_empty_cube + cube.size();
        return sum;
    }

    /// What nested connectives copy again and again ends before it is copied.
    bool may_copy(std::size_t entries) {
        copied_ += entries;
        return copied_ <= most_copied;
    }

    bool conjoin(Cubes& left, const Cubes& right) {
        if (left.size() * right.size() > limit_) return false;
        if (!may_copy(weight(right) * left.size())) return false;
        if (right.size() == 1) {
            for (Cube& cube : left) cube.insert(cube.end(), right[0].begin(), right[0].end());
            return true;
        }
        if (!may_copy(weight(left) * right.size())) return false;
        Cubes product;
        product.reserve(left.size() * right.size());
        for (const Cube& a : left) {
            for (const Cube& b : right) {
                Cube& cube = product.emplace_back(a);
                cube.insert(cube.end(), b.begin(), b.end());
            }
        }
        left = std::move(product);
        return true;
    }

    const model::Query& query_;
    std::size_t limit_;
    std::size_t copied_ = 0;
    std::vector<model::Atom> rows_;
    std::vector<proof::AtomName> names_;
    std::vector<Cubes> cubes_;  ///< by node of the normal form
};

}  // namespace

std::optional<std::vector<Disjunct>> disjuncts(const model::Query& query, std::size_t limit) {
    return Expansion(query, limit).run();
}

std::vector<Variable> variables_of(const std::vector<Disjunct>& disjuncts) {
    std::vector<Variable> result;
    for (const Disjunct& disjunct : disjuncts)
        for (const model::Atom& row : disjunct.rows)
            for (const LinearTerm& term : row.form.terms()) result.push_back(term.variable);
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

bool are_exact(const model::Query& query) {
    using Kind = model::NormalForm::Kind;
    const model::NormalForm normal(query);
    return std::none_of(normal.nodes().begin(), normal.nodes().end(), [&](const model::NormalForm::Node& node) {
        if (node.kind == Kind::boolean) return true;
        return node.kind == Kind::atom && !node.positive &&
               query.formulas.node(node.formula).atom.relation == Relation::equal;
    });
}

bool InputBox::finite() const {
    const auto is_finite = [](double value) { return std::isfinite(value); };
    return std::all_of(lower.begin(), lower.end(), is_finite) && std::all_of(upper.begin(), upper.end(), is_finite);
}

InputBox input_box(const model::Query& query) {
    InputBox box;
    for (const model::Domain& domain : demanded_domains(query)) {
        const Interval side = enclosing(domain);
        box.lower.push_back(side.lower);
        box.upper.push_back(side.upper);
    }
    return box;
}

}  // namespace sinew::search
