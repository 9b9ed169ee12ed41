#include "phase/real_front.hpp"

#include <algorithm>

namespace sinew::phase {

namespace {
constexpr std::size_t most_terms = 1'000'000;  // of one neuron

class Front {
  public:
    explicit Front(const model::Query& query) : network_(query.network), box_(query.network.variable_count(), nullptr) {
        for (const auto& [variable, domain] : query.domains) box_[variable.index()] = &domain;
    }

    std::optional<RealFront> find(const Limits& limits, std::string& reason) {
        const std::vector<model::Layer>& layers = network_.layers();
        std::size_t first = 0;
        while (first < layers.size() && !std::holds_alternative<model::ActivationLayer>(layers[first].operation))
            ++first;
        if (first == layers.size()) return refuse(reason, "the network has no neurons");
        for (const Variable input : network_.input_variables()) {
            const model::Domain* domain = box_[input.index()];
            if (domain == nullptr || !domain->lower || !domain->upper || domain->kind != model::DomainKind::real)
                return refuse(reason, "an input has no finite bounds, or is no real");
        }
        result_.activation = model::LayerId(first);
        const auto& activation = std::get<model::ActivationLayer>(layers[first].operation);
        for (std::size_t i = 0; i < layers[first].size; ++i) {
            if (i % 64 == 0 && limits.exceeded()) return refuse(reason, "a limit was reached");
            if (!add_unit(network_.variable(activation.source, i)))
                return refuse(reason, "the layers below the first neurons are not affine");
        }
        return std::move(result_);
    }

  private:
    static std::optional<RealFront> refuse(std::string& reason, const char* why) {
        reason = why;
        return std::nullopt;
    }

    const model::LayerOperation& operation(Variable variable) const {
        return network_.layer(network_.component(variable).layer).operation;
    }

    /// The neuron that is on where `variable` >= 0.
    bool add_unit(Variable variable) {
        Rational factor = 1;  // factor · (a variable further down) + shift >= 0
        Rational shift = 0;
        while (true) {
            if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation(variable)))
                return add_maximum(*pool, network_.component(variable).index, factor, shift);
            if (!std::holds_alternative<model::AffineLayer>(operation(variable)))
                return add_single(variable, factor, shift);
            const model::Component at = network_.component(variable);
            const LinearForm form = network_.affine_form(at.layer, at.index);
            if (form.terms().size() != 1) return add_single(variable, factor, shift);
            shift += factor * form.constant();
            factor *= form.terms()[0].coefficient;
            variable = form.terms()[0].variable;
        }
    }

    bool add_single(Variable variable, const Rational& factor, const Rational& shift) {
        LinearForm form;
        if (!expand(variable, form)) return false;
        form.scale(factor);
        form.add_constant(shift);
        FrontUnit unit;
        add_atom(std::move(form), false, unit);
        result_.units.push_back(std::move(unit));
        return true;
    }

    /// factor · max + shift >= 0: some member is large enough, or (factor < 0) none is too large.
    bool add_maximum(const model::MaxPoolLayer& pool, std::size_t window, const Rational& factor,
                     const Rational& shift) {
        FrontUnit unit;
        if (factor == 0) {
            unit.negated = shift >= 0;
        } else {
            unit.negated = factor < 0;
            for (std::size_t k = pool.begin[window]; k < pool.begin[window + 1]; ++k) {
                LinearForm form;
                if (!expand(network_.variable(pool.source, pool.member[k]), form)) return false;
                form.add_constant(shift / factor);
                if (!add_atom(std::move(form), factor < 0, unit)) break;
            }
        }
        result_.units.push_back(std::move(unit));
        return true;
    }

    /// Adds an atom to a unit unless the box decides it; false: the atom is always true, and the unit decided.
    bool add_atom(LinearForm form, bool strict, FrontUnit& unit) {
        Rational low = form.constant();
        Rational high = form.constant();
        for (const LinearTerm& term : form.terms()) {
            const model::Domain& domain = *box_[term.variable.index()];
            const bool up = term.coefficient > 0;
            low += term.coefficient * (up ? *domain.lower : *domain.upper);
            high += term.coefficient * (up ? *domain.upper : *domain.lower);
        }
        if (strict ? low > 0 : low >= 0) {
            unit.atoms.clear();
            unit.negated = !unit.negated;
            return false;
        }
        if (strict ? high <= 0 : high < 0) return true;
        unit.atoms.push_back(static_cast<std::uint32_t>(result_.atoms.size()));
        result_.atoms.push_back({std::move(form), strict});
        return true;
    }

    /// The variable as a form over inputs.
    bool expand(Variable variable, LinearForm& form) const {
        std::vector<LinearTerm> open{{variable, 1}};
        std::vector<LinearTerm> inputs;
        Rational constant = 0;
        while (!open.empty()) {
            LinearTerm term = std::move(open.back());
            open.pop_back();
            if (open.size() + inputs.size() > most_terms) return false;
            if (network_.is_input(term.variable)) {
                inputs.push_back(std::move(term));
                continue;
            }
            if (!std::holds_alternative<model::AffineLayer>(operation(term.variable))) return false;
            const model::Component at = network_.component(term.variable);
            const LinearForm own = network_.affine_form(at.layer, at.index);
            constant += own.constant() * term.coefficient;
            for (const LinearTerm& each : own.terms())
                open.push_back({each.variable, each.coefficient * term.coefficient});
        }
        form = LinearForm(std::move(inputs), std::move(constant));
        return true;
    }

    const model::Network& network_;
    std::vector<const model::Domain*> box_;
    RealFront result_;
};
}  // namespace

std::optional<RealFront> real_front(const model::Query& query, const Limits& limits, std::string& reason) {
    return Front(query).find(limits, reason);
}

}  // namespace sinew::phase
