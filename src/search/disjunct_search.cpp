// SPDX-License-Identifier: Apache-2.0
#include "search/disjunct_search.hpp"

#include <algorithm>
#include <utility>

#include "base/limit_scope.hpp"
#include "search/witness.hpp"

namespace sinew::search {

namespace {
/// So many branch and bound has root boxes for.
constexpr std::size_t few_disjuncts = 256;
constexpr std::size_t most_listed_disjuncts = std::size_t{1} << 16;

bool same_sides(const std::vector<model::Domain>& left, const std::vector<model::Domain>& right) {
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(),
        [](const model::Domain& a, const model::Domain& b) { return a.lower == b.lower && a.upper == b.upper; });
}
}  // namespace

struct DisjunctSearch::Question {
    explicit Question(model::Query asked) : query(std::move(asked)), knowledge(query) {}
    model::Query query;
    engine::Knowledge knowledge;
    std::unique_ptr<BranchAndBound> engine;
};

DisjunctSearch::DisjunctSearch(const model::Query& query, BranchAndBoundOptions options, Observer& observer,
                               std::vector<Disjunct> disjuncts)
    : query_(query),
      options_(std::move(options)),
      observer_(observer),
      disjuncts_(std::move(disjuncts)),
      domains_(model::input_domains(query)) {}

DisjunctSearch::~DisjunctSearch() = default;

std::unique_ptr<DisjunctSearch> DisjunctSearch::make(const model::Query& query, const BranchAndBoundOptions& options,
                                                     Observer& observer) {
    if (options.part != nullptr || !query.boolean_names.empty() || !input_box(query).finite()) return nullptr;
    auto all = disjuncts(query, most_listed_disjuncts);
    if (!all || all->size() <= few_disjuncts) return nullptr;
    const auto bounds_an_input = [&](const model::Atom& row) {
        return row.form.terms().size() == 1 && query.network.is_input(row.form.terms()[0].variable);
    };
    for (const Disjunct& disjunct : *all)
        if (std::none_of(disjunct.rows.begin(), disjunct.rows.end(), bounds_an_input)) return nullptr;
    return std::unique_ptr<DisjunctSearch>(new DisjunctSearch(query, options, observer, std::move(*all)));
}

void DisjunctSearch::begin() {
    const std::vector<Variable> inputs = query_.network.input_variables();
    model::Query asked;
    asked.network = query_.network;
    std::vector<model::FormulaId> any;
    std::vector<model::Domain> box;
    for (; next_ < disjuncts_.size(); ++next_) {
        check_limits();
        std::vector<model::Domain> own = domains_;
        std::vector<model::FormulaId> rows;
        for (const model::Atom& row : disjuncts_[next_].rows) {
            rows.push_back(asked.formulas.atom(row.form, row.relation));  // a strict side too
            if (row.form.terms().size() != 1) continue;
            const auto at = std::lower_bound(inputs.begin(), inputs.end(), row.form.terms()[0].variable);
            if (at == inputs.end() || *at != row.form.terms()[0].variable) continue;
            model::narrow(own[static_cast<std::size_t>(at - inputs.begin())], row);
            if (row.relation != model::Relation::less) rows.pop_back();
        }
        if (!any.empty() && !same_sides(box, own)) break;
        box = std::move(own);
        any.push_back(asked.formulas.conjunction(std::move(rows)));
    }
    asked.output_condition = asked.formulas.disjunction(std::move(any));
    for (std::size_t i = 0; i < inputs.size(); ++i) asked.domains.emplace_back(inputs[i], std::move(box[i]));
    question_ = std::make_unique<Question>(std::move(asked));
    ++questions_;
    std::string obstacle;
    question_->engine = BranchAndBound::make(question_->query, options_, observer_, obstacle);
    if (!question_->engine) reason_ = obstacle;
}

engine::Progress DisjunctSearch::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    while (question_ || next_ < disjuncts_.size()) {
        if (turn.limits.reached() != StopReason::none) return engine::Progress::paused;
        if (!question_) begin();
        if (question_->engine) {
            const engine::Progress progress = question_->engine->advance(turn, question_->knowledge);
            if (progress == engine::Progress::paused) return progress;
            if (progress == engine::Progress::exhausted) reason_ = question_->engine->reason();
            done_.add(question_->engine->statistics());
            if (question_->knowledge.answer() == Answer::sat) {
                std::vector<Rational> inputs;
                const std::optional<model::Witness> witness = question_->knowledge.witness();
                for (const Variable input : query_.network.input_variables())
                    inputs.push_back(witness->values[input.index()]);
                if (auto confirmation = confirm_exact(query_, inputs, {})) {
                    knowledge.found(std::move(confirmation->witness), name());
                    return engine::Progress::answered;
                }
                reason_ = "a disjunct's witness is none of the condition";
            }
        }
        question_.reset();
    }
    if (!reason_.empty()) return engine::Progress::exhausted;
    knowledge.refuted(name());
    return engine::Progress::answered;
}

Statistics DisjunctSearch::statistics() const {
    Statistics all = done_;
    if (question_ && question_->engine) all.add(question_->engine->statistics());
    all.add("disjunct_questions", static_cast<double>(questions_));
    return all;
}

}  // namespace sinew::search
