// SPDX-License-Identifier: Apache-2.0
#include "model/describe.hpp"

namespace sinew::model {

namespace {
std::string terms_text(const Query& query, const LinearForm& form) {
    std::string text;
    for (const LinearTerm& term : form.terms()) {
        const bool minus = sgn(term.coefficient) < 0;
        const Rational magnitude = abs(term.coefficient);
        text += text.empty() ? (minus ? "-" : "") : (minus ? " - " : " + ");
        if (magnitude != 1) text += sinew::to_string(magnitude) + " ";
        text += query.name(term.variable);
    }
    return text;
}
}  // namespace

std::string describe(const Query& query, const LinearForm& form) {
    std::string text = terms_text(query, form);
    if (text.empty()) return sinew::to_string(form.constant());
    if (form.constant() != 0) {
        text += sgn(form.constant()) < 0 ? " - " : " + ";
        text += sinew::to_string(abs(form.constant()));
    }
    return text;
}

std::string describe(const Query& query, const Atom& atom, bool negated) {
    LinearForm form = atom.form;
    // "-x0 + 1 < 0" reads better as "x0 > 1".
    const bool flipped = !form.terms().empty() && sgn(form.terms().front().coefficient) < 0;
    if (flipped) form.scale(-1);
    const Rational right = -form.constant();
    form.add_constant(right);
    std::string_view relation;
    if (atom.relation == Relation::equal)
        relation = negated ? "!=" : "=";
    else if ((atom.relation == Relation::less) != negated)
        relation = flipped != negated ? ">" : "<";
    else
        relation = flipped != negated ? ">=" : "<=";
    return describe(query, form) + " " + std::string(relation) + " " + sinew::to_string(right);
}

}  // namespace sinew::model
