// SPDX-License-Identifier: Apache-2.0
#include "oracle/dnn_text.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace sinew::oracle {

namespace {
class Writer {
  public:
    Writer(const Sketch& sketch, std::uint64_t spelling) : sketch_(sketch), random_(spelling), plain_(spelling == 0) {}

    std::optional<std::string> run() {
        if (sketch_.booleans > 0) return std::nullopt;
        for (const LayerSketch& layer : sketch_.layers)
            if (layer.kind == LayerKind::max_pool) return std::nullopt;
        for (const DomainSketch& domain : sketch_.domains)  // refused as a mistake
            if (domain.lower && domain.upper && *domain.lower > *domain.upper) return std::nullopt;
        name_places();
        std::string text = "dnn = {\n";
        for (std::size_t l = 0; l < sketch_.layers.size(); ++l) text += declare(l, sketch_.layers[l]);
        text += "}\n";
        const std::string in = formula(sketch_.input_condition);
        const std::string out = formula(sketch_.output_condition);
        text += "conditions = { 'in': '" + in + "', 'out': '" + out + "' }\n";
        return text + domains();
    }

  private:
    bool maybe(double probability) { return !plain_ && random_.chance(probability); }

    bool is_read(std::size_t l) const {
        for (const LayerSketch& layer : sketch_.layers) {
            if (layer.kind == LayerKind::activation && layer.source == l) return true;
            for (const Source& source : layer.sources)
                if (source.layer == l) return true;
        }
        return false;
    }
    /// The activation that may share its number with affine layer `l`: the first that reads it.
    std::optional<std::size_t> partner(std::size_t l) const {
        for (std::size_t m = l + 1; m < sketch_.layers.size(); ++m)
            if (sketch_.layers[m].kind == LayerKind::activation && sketch_.layers[m].source == l) return m;
        return std::nullopt;
    }
    static std::string join(const std::string& letter, std::size_t l, std::size_t i) {
        return letter + std::to_string(l) + "_" + std::to_string(i);
    }

    void name_places() {
        std::size_t x = 0;
        std::size_t y = 0;
        for (std::size_t l = 0; l < sketch_.layers.size(); ++l) {
            const LayerSketch& layer = sketch_.layers[l];
            names_.emplace_back();
            for (std::size_t i = 0; i < layer.size; ++i) {
                if (layer.kind == LayerKind::input)
                    names_[l].push_back("x" + std::to_string(x++));
                else if (layer.kind == LayerKind::affine && !is_read(l))
                    names_[l].push_back("y" + std::to_string(y++));
                else if (layer.kind == LayerKind::affine && partner(l))
                    names_[l].push_back(join("a", *partner(l), i));
                else  // an activation's output, or an affine layer that others read as it is
                    names_[l].push_back(join("n", l, i));
            }
        }
    }

    std::string number(const Rational& value) {
        const std::string decimal = to_decimal(value, 40);
        if (maybe(0.5) && decimal[0] != '~') return decimal;
        return value.get_str();
    }

    std::string term(const Rational& coefficient, const std::string& name) {
        if (abs(coefficient) == 1 && !maybe(0.3)) return (coefficient < 0 ? "-" : "") + name;
        const bool whole = coefficient.get_den() == 1;
        if (whole && maybe(0.5)) return number(coefficient) + name;
        return number(coefficient) + (maybe(0.3) ? " " : "*") + name;
    }

    static std::string sum(const std::vector<std::string>& terms) {
        std::string text;
        for (const std::string& one : terms) {
            if (text.empty())
                text = one;
            else if (one[0] == '-')
                text += " - " + one.substr(1);
            else
                text += " + " + one;
        }
        return text.empty() ? "0" : text;
    }

    std::string affine_sum(const LayerSketch& layer, std::size_t i) {
        std::vector<std::string> terms;
        for (const Source& source : layer.sources)
            for (std::size_t c = 0; c < source.weights[i].size(); ++c)
                if (source.weights[i][c] != 0) terms.push_back(term(source.weights[i][c], names_[source.layer][c]));
        if (layer.bias[i] != 0) terms.push_back(number(layer.bias[i]));
        return sum(terms);
    }

    std::string entry(const std::string& name, const std::string& form, const model::Activation& activation) {
        const std::string kind = model::to_string(activation);
        const std::string phase = kind == "relu" ? std::to_string(++phase_) + ", " : "";
        return "    '" + name + "': [" + phase + "'" + form + "'" + (kind == "relu" ? "" : ", '" + kind + "'") + "],\n";
    }

    std::string declare(std::size_t l, const LayerSketch& layer) {
        std::string text;
        model::Activation identity;
        identity.kind = model::ActivationKind::identity;
        for (std::size_t i = 0; i < layer.size; ++i) {
            if (layer.kind == LayerKind::affine && !is_read(l)) {
                text += "    '" + names_[l][i] + "': '" + affine_sum(layer, i) + "',\n";
            } else if (layer.kind == LayerKind::affine && partner(l)) {
                text += entry(names_[l][i], affine_sum(layer, i), sketch_.layers[*partner(l)].activation);
            } else if (layer.kind == LayerKind::affine) {
                text += entry(join("a", l, i), affine_sum(layer, i), identity);
            } else if (layer.kind == LayerKind::activation) {
                const bool declared =
                    sketch_.layers[layer.source].kind == LayerKind::affine && partner(layer.source) == l;
                if (!declared) text += entry(join("a", l, i), names_[layer.source][i], layer.activation);
            }
        }
        return text;
    }

    std::string atom(const FormulaSketch& sketch) {
        constexpr const char* signs[] = {"<", "<=", "=", ">=", ">", "!="};
        std::vector<std::string> terms;
        for (const Term& one : sketch.terms)
            if (one.coefficient != 0) terms.push_back(term(one.coefficient, names_[one.place.layer][one.place.index]));
        const std::string left = sum(terms);
        const std::string right = number(sketch.right);
        const std::string sign = signs[static_cast<std::size_t>(sketch.comparison)];
        if (maybe(0.4)) return "(" + (sign == "!=" ? "distinct" : sign) + " (" + left + ") (" + right + "))";
        return "(" + left + " " + sign + " " + right + ")";
    }

    std::string list(const std::string& word, const std::vector<std::string>& children) {
        std::string text = "(" + word;
        for (const std::string& child : children) text += " " + child;
        return text + ")";
    }

    std::string formula(const FormulaSketch& sketch) {
        std::vector<std::string> children;
        for (const FormulaSketch& child : sketch.children) children.push_back(formula(child));
        const bool two = children.size() == 2;
        const auto infix = [&](const std::string& word) {
            return "(" + children[0] + " " + word + " " + children[1] + ")";
        };
        switch (sketch.kind) {
            case Connective::constant:
            case Connective::boolean:
                return sketch.value ? "true" : "false";
            case Connective::atom:
                return atom(sketch);
            case Connective::negation:
                return "(not " + children[0] + ")";
            case Connective::conjunction:
            case Connective::disjunction: {
                const bool both = sketch.kind == Connective::conjunction;
                if (children.empty()) return both ? "true" : "false";
                if (children.size() == 1) return children[0];
                if (two && maybe(0.3)) return infix(both ? "and" : "or");
                if (maybe(0.2)) return "(not " + list(both ? "nand" : "nor", children) + ")";
                return list(both ? "and" : "or", children);
            }
            case Connective::implication:
                return maybe(0.5) ? infix("->") : list("=>", children);
            case Connective::equivalence:
                return maybe(0.5) ? list("xnor", children) : list("=", children);
            case Connective::exclusive_or:
                return maybe(0.5) ? infix("xor") : list("xor", children);
            case Connective::choice:
                return list("ite", children);
        }
        return {};
    }

    std::string domains() {
        std::string text = "domains = {";
        const std::vector<Place> places = input_places(sketch_);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const DomainSketch& domain = sketch_.domains[i];
            std::string extent;
            for (const Rational& value : domain.values) extent += (extent.empty() ? " {" : ", ") + number(value);
            if (!extent.empty())
                extent += "}";
            else if (domain.lower || domain.upper)
                extent = " [" + (domain.lower ? number(*domain.lower) : "-inf") + ", " +
                         (domain.upper ? number(*domain.upper) : "inf") + "]";
            text += " 'x" + std::to_string(i) + "': '" + (domain.integer ? "int" : "real") + extent + "',";
        }
        return text + " }\n";
    }

    const Sketch& sketch_;
    Random random_;
    bool plain_;
    std::vector<std::vector<std::string>> names_;
    int phase_ = 0;
};
}  // namespace

std::optional<std::string> dnn_text(const Sketch& sketch, std::uint64_t spelling) {
    return Writer(sketch, spelling).run();
}

}  // namespace sinew::oracle
