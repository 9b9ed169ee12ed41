#include "search/disjuncts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/normal_form.hpp"

namespace sinew::search {

namespace {
using model::FormulaKind;
using model::Relation;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The disjuncts of one node; rows are indices into a common table.
using Cube = std::vector<std::uint32_t>;
using Cubes = std::vector<Cube>;

class Expansion {
  public:
    Expansion(const model::Query& query, std::size_t limit) : query_(query), limit_(limit) {}

    std::optional<std::vector<Disjunct>> run() {
        const model::NormalForm normal(query_);
        for (const model::NormalForm::Node& node : normal.nodes())
            if (!expand(normal, node)) return std::nullopt;
        std::vector<Disjunct> result;
        for (const Cube& cube : cubes_.back()) {
            Disjunct& disjunct = result.emplace_back();
            for (const std::uint32_t row : cube) disjunct.rows.push_back(rows_[row]);
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
                out.push_back(atom(query_.formulas.node(node.formula).atom, node.positive));
                break;
            case model::NormalForm::Kind::all:
                out.emplace_back();
                for (const std::uint32_t child : normal.children(node))
                    if (!conjoin(out, cubes_[child])) return false;
                break;
            case model::NormalForm::Kind::any:
                for (const std::uint32_t child : normal.children(node)) {
                    out.insert(out.end(), cubes_[child].begin(), cubes_[child].end());
                    if (out.size() > limit_) return false;
                }
                break;
        }
        cubes_.push_back(std::move(out));
        return true;
    }

    Cube atom(const model::Atom& from, bool positive) {
        if (from.relation == Relation::equal && !positive) return {};
        rows_.push_back(positive ? from : from.opposite());
        return {static_cast<std::uint32_t>(rows_.size() - 1)};
    }

    bool conjoin(Cubes& left, const Cubes& right) {
        if (left.size() * right.size() > limit_) return false;
        if (right.size() == 1) {
            for (Cube& cube : left) cube.insert(cube.end(), right[0].begin(), right[0].end());
            return true;
        }
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
    std::vector<model::Atom> rows_;
    std::vector<Cubes> cubes_;  ///< by node of the normal form
};

/// Tightens the box by coefficient·x + constant <= 0.
void tighten(InputBox& box, std::size_t input, const Rational& coefficient, const Rational& constant) {
    const Rational bound = -constant / coefficient;
    if (coefficient > 0)
        box.upper[input] = std::min(box.upper[input], to_double_above(bound));
    else
        box.lower[input] = std::max(box.lower[input], to_double_below(bound));
}
}  // namespace

std::optional<std::vector<Disjunct>> disjuncts(const model::Query& query, std::size_t limit) {
    return Expansion(query, limit).run();
}

bool InputBox::finite() const {
    const auto is_finite = [](double value) { return std::isfinite(value); };
    return std::all_of(lower.begin(), lower.end(), is_finite) && std::all_of(upper.begin(), upper.end(), is_finite);
}

InputBox input_box(const model::Query& query) {
    const std::vector<Variable> inputs = query.network.input_variables();
    const auto index_of = [&](Variable variable) -> std::optional<std::size_t> {
        const auto at = std::lower_bound(inputs.begin(), inputs.end(), variable);
        if (at == inputs.end() || *at != variable) return std::nullopt;
        return static_cast<std::size_t>(at - inputs.begin());
    };
    InputBox box{std::vector<double>(inputs.size(), -infinity), std::vector<double>(inputs.size(), infinity)};
    for (const auto& [variable, domain] : query.domains) {
        const auto input = index_of(variable);
        if (!input) continue;
        if (domain.lower) box.lower[*input] = std::max(box.lower[*input], to_double_below(*domain.lower));
        if (domain.upper) box.upper[*input] = std::min(box.upper[*input], to_double_above(*domain.upper));
        if (domain.values.empty()) continue;
        box.lower[*input] = std::max(box.lower[*input], to_double_below(domain.values.front()));
        box.upper[*input] = std::min(box.upper[*input], to_double_above(domain.values.back()));
    }
    std::vector<model::FormulaId> open{query.input_condition, query.output_condition};
    while (!open.empty()) {
        const model::FormulaNode& node = query.formulas.node(open.back());
        open.pop_back();
        if (node.kind == FormulaKind::conjunction) open.insert(open.end(), node.children.begin(), node.children.end());
        if (node.kind != FormulaKind::atom || node.atom.form.terms().size() != 1) continue;
        const LinearTerm& term = node.atom.form.terms()[0];
        const auto input = index_of(term.variable);
        if (!input) continue;
        tighten(box, *input, term.coefficient, node.atom.form.constant());
        if (node.atom.relation == Relation::equal) tighten(box, *input, -term.coefficient, -node.atom.form.constant());
    }
    return box;
}

}  // namespace sinew::search
