// SPDX-License-Identifier: Apache-2.0
#include "search/lane_condition.hpp"

#include <algorithm>
#include <cmath>

#include "base/effort.hpp"
#include "base/infinity.hpp"
#include "model/normal_form.hpp"

namespace sinew::search {

using bounds::lanes;

LaneCondition::LaneCondition(const model::Query& query, const std::vector<bool>& booleans) {
    const model::NormalForm normal(query);
    for (const model::NormalForm::Node& from : normal.nodes()) {
        Node node;
        switch (from.kind) {
            case model::NormalForm::Kind::constant:
                node.value = query.formulas.node(from.formula).value == from.positive;
                break;
            case model::NormalForm::Kind::boolean:
                node.value = booleans[query.formulas.node(from.formula).boolean.index()] == from.positive;
                break;
            case model::NormalForm::Kind::atom:
                node.kind = Kind::row;
                node.row = add_row(query, query.formulas.node(from.formula).atom, from.positive);
                break;
            case model::NormalForm::Kind::all:
            case model::NormalForm::Kind::any:
                node.kind = from.kind == model::NormalForm::Kind::all ? Kind::all : Kind::any;
                node.begin = static_cast<std::uint32_t>(children_.size());
                for (const std::uint32_t child : normal.children(from)) children_.push_back(child);
                node.end = static_cast<std::uint32_t>(children_.size());
                break;
        }
        nodes_.push_back(node);
    }
    finish();
}

LaneCondition::LaneCondition(const model::Query& query, std::span<const model::Atom> rows) {
    Node all;
    all.kind = Kind::all;
    all.end = static_cast<std::uint32_t>(rows.size());
    for (const model::Atom& atom : rows) {
        children_.push_back(static_cast<std::uint32_t>(nodes_.size()));
        Node& node = nodes_.emplace_back();
        node.kind = Kind::row;
        node.row = add_row(query, atom, true);
    }
    nodes_.push_back(all);
    finish();
}

void LaneCondition::finish() {
    root_ = static_cast<std::uint32_t>(nodes_.size() - 1);
    for (std::uint32_t i = root_; i-- > 0;) {
        if (nodes_[i].kind != Kind::any) continue;
        steered_ = i;
        disjuncts_ = nodes_[i].end - nodes_[i].begin;
        break;
    }
    margins_.resize(nodes_.size());
    sides_.resize(rows_.size());
    weights_.resize(nodes_.size());
}

std::uint32_t LaneCondition::add_row(const model::Query& query, const model::Atom& atom, bool positive) {
    Row row;
    row.input_only = true;
    double largest = 0;
    for (const LinearTerm& term : atom.form.terms()) {
        const double coefficient = to_nearest(term.coefficient);
        largest = std::max(largest, std::fabs(coefficient));
        row.terms.emplace_back(static_cast<std::uint32_t>(term.variable.index()), coefficient);
        row.input_only = row.input_only && query.network.is_input(term.variable);
    }
    row.constant = to_nearest(atom.form.constant());
    row.equality = atom.relation == model::Relation::equal && positive;
    row.disequality = atom.relation == model::Relation::equal && !positive;
    row.strict = (atom.relation == model::Relation::less) == positive && atom.relation != model::Relation::equal;
    // form <= 0 holds by -form; its negation form > 0 by form.
    const double scale = (positive ? -1 : 1) / (largest > 0 ? largest : 1);
    for (auto& [variable, coefficient] : row.terms) coefficient *= scale;
    row.constant *= scale;
    rows_.push_back(std::move(row));
    return static_cast<std::uint32_t>(rows_.size() - 1);
}

void LaneCondition::evaluate(const bounds::LaneMatrix& values, double* margin) {
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
        const Node& node = nodes_[n];
        double* out = margins_.row(n);
        switch (node.kind) {
            case Kind::constant:
                std::fill_n(out, lanes, node.value ? infinity : -infinity);
                break;
            case Kind::row: {
                const Row& row = rows_[node.row];
                double sum[lanes];
                std::fill_n(sum, lanes, row.constant);
                for (const auto& [variable, coefficient] : row.terms) {
                    const double* value = values.row(variable);
                    for (std::size_t j = 0; j < lanes; ++j) sum[j] += coefficient * value[j];
                }
                std::copy_n(sum, lanes, sides_.row(node.row));
                for (std::size_t j = 0; j < lanes; ++j) {
                    if (row.equality) sum[j] = -std::fabs(sum[j]);
                    if (row.disequality) sum[j] = std::fabs(sum[j]);
                    const bool holds = row.strict || row.disequality ? sum[j] > 0 : sum[j] >= 0;
                    out[j] = row.input_only && holds ? infinity : sum[j];
                }
                break;
            }
            case Kind::all:
            case Kind::any: {
                const bool all = node.kind == Kind::all;
                std::fill_n(out, lanes, all ? infinity : -infinity);
                for (std::uint32_t c = node.begin; c < node.end; ++c) {
                    const double* child = margins_.row(children_[c]);
                    for (std::size_t j = 0; j < lanes; ++j)
                        out[j] = all ? std::min(out[j], child[j]) : std::max(out[j], child[j]);
                }
                break;
            }
        }
    }
    std::copy_n(margins_.row(root_), lanes, margin);
    spend(2 * nodes_.size());  // and what derivatives will take
}

void LaneCondition::seed_node(std::uint32_t n, bounds::LaneMatrix& adjoints, const std::uint32_t* choice,
                              const Descent* descent) {
    const Node& node = nodes_[n];
    const double* weight = weights_.row(n);
    if (node.kind == Kind::row) {
        const Row& row = rows_[node.row];
        const double* margin = margins_.row(n);
        double signed_weight[lanes];
        for (std::size_t j = 0; j < lanes; ++j) {
            signed_weight[j] = std::isinf(margin[j]) ? 0 : weight[j];
            if (!row.equality && !row.disequality) continue;
            signed_weight[j] *= (sides_.row(node.row)[j] < 0) == row.equality ? 1 : -1;
        }
        for (const auto& [variable, coefficient] : row.terms) {
            double* adjoint = adjoints.row(variable);
            for (std::size_t j = 0; j < lanes; ++j) adjoint[j] += coefficient * signed_weight[j];
        }
        return;
    }
    for (std::size_t j = 0; j < lanes; ++j) {
        if (weight[j] == 0 || node.kind == Kind::constant) continue;
        std::uint32_t chosen = children_[node.begin];
        if (node.kind == Kind::any && n == steered_ && choice[j] > 0) {
            chosen = children_[node.begin + (choice[j] - 1) % (node.end - node.begin)];
        } else {
            for (std::uint32_t c = node.begin; c < node.end; ++c) {
                const double child = margins_.row(children_[c])[j];
                const double best = margins_.row(chosen)[j];
                if (node.kind == Kind::all ? child < best : child > best) chosen = children_[c];
            }
        }
        weights_.row(chosen)[j] += weight[j];
        if (node.kind != Kind::all || descent[j] == Descent::worst) continue;
        for (std::uint32_t c = node.begin; c < node.end; ++c)
            if (children_[c] != chosen && margins_.row(children_[c])[j] <= 0)
                weights_.row(children_[c])[j] += weight[j];
    }
}

void LaneCondition::seed(bounds::LaneMatrix& adjoints, const std::uint32_t* choice, const Descent* descent) {
    weights_.fill(0);
    std::fill_n(weights_.row(root_), lanes, 1.0);
    for (std::uint32_t n = root_ + 1; n-- > 0;) seed_node(n, adjoints, choice, descent);
}

void LaneCondition::seed_lane(bounds::LaneMatrix& adjoints, std::size_t lane, Descent descent) {
    const std::uint32_t choice[lanes] = {};
    Descent descents[lanes] = {};
    descents[lane] = descent;
    weights_.fill(0);
    weights_.row(root_)[lane] = 1;
    for (std::uint32_t n = root_ + 1; n-- > 0;) seed_node(n, adjoints, choice, descents);
}

double LaneCondition::disjunct_margin(std::size_t disjunct, std::size_t lane) const {
    return margins_.row(children_[nodes_[steered_].begin + disjunct])[lane];
}

void LaneCondition::active_rows(std::size_t lane, std::size_t limit, std::vector<std::uint32_t>& rows) {
    std::vector<bool> active(nodes_.size(), false);
    active[root_] = true;
    rows.clear();
    for (std::uint32_t n = root_ + 1; n-- > 0;) {
        const Node& node = nodes_[n];
        if (!active[n]) continue;
        if (node.kind == Kind::row) rows.push_back(node.row);
        if (node.kind == Kind::all)
            for (std::uint32_t c = node.begin; c < node.end; ++c) active[children_[c]] = true;
        if (node.kind != Kind::any) continue;
        std::uint32_t chosen = children_[node.begin];
        for (std::uint32_t c = node.begin; c < node.end; ++c)
            if (margins_.row(children_[c])[lane] > margins_.row(chosen)[lane]) chosen = children_[c];
        active[chosen] = true;
    }
    const auto margin = [&](std::uint32_t row) {
        const double side = sides_.row(row)[lane];
        return rows_[row].equality ? -std::fabs(side) : rows_[row].disequality ? std::fabs(side) : side;
    };
    std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return margin(a) < margin(b); });
    if (rows.size() > limit) rows.resize(limit);
}

double LaneCondition::seed_row(std::uint32_t index, std::size_t lane, bounds::LaneMatrix& adjoints) const {
    const Row& row = rows_[index];
    const double side = sides_.row(index)[0];
    const bool absolute = row.equality || row.disequality;
    const double sign = !absolute || (side < 0) == row.equality ? 1 : -1;
    for (const auto& [variable, coefficient] : row.terms) adjoints.row(variable)[lane] += sign * coefficient;
    return sign * side;
}

}  // namespace sinew::search
