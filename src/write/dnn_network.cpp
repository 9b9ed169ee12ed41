// SPDX-License-Identifier: Apache-2.0
#include "write/dnn_network.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>

#include "write/dnn_sum.hpp"

namespace sinew::write {

namespace {
constexpr std::size_t longest_maximum = 16;  // members of a window that one running sum may join

/// Whether `name` is `letter` and digits in groups joined by '_', as the format wants it.
bool is_dnn_name(std::string_view name, char letter) {
    if (name.size() < 2 || name[0] != letter) return false;
    bool digit = false;
    for (std::size_t i = name[1] == '_' ? 2 : 1; i < name.size(); ++i) {
        if (name[i] == '_' && !digit) return false;
        digit = name[i] >= '0' && name[i] <= '9';
        if (!digit && name[i] != '_') return false;
    }
    return digit;
}

/// Keeps the query's own names where all of them are names of the format, with the n… of each a….
class KeptNames {
  public:
    explicit KeptNames(const model::Query& query) : query_(query), names_(query.network.variable_count()) {}

    std::optional<std::vector<std::string>> find() {
        for (std::size_t v = 0; v < names_.size(); ++v) {
            const auto name = query_.names.find(Variable(v));
            if (name == query_.names.end() || !known_.insert(name->second).second) return std::nullopt;
            names_[v] = name->second;
        }
        for (const model::Layer& layer : query_.network.layers()) {
            if (std::holds_alternative<model::MaxPoolLayer>(layer.operation)) return std::nullopt;
            for (std::size_t i = 0; i < layer.size; ++i)
                if (!fits(layer, i)) return std::nullopt;
        }
        // Every neuron a… has its n….
        for (std::size_t v = 0; v < names_.size(); ++v)
            if (names_[v][0] == 'a' && known_.count("n" + names_[v].substr(1)) == 0) return std::nullopt;
        return std::move(names_);
    }

  private:
    bool fits(const model::Layer& layer, std::size_t i) const {
        const std::string& name = names_[layer.first.index() + i];
        if (std::holds_alternative<model::InputLayer>(layer.operation)) return is_dnn_name(name, 'x');
        if (std::holds_alternative<model::AffineLayer>(layer.operation))
            return is_dnn_name(name, 'a') || is_dnn_name(name, 'y');
        const auto& activation = std::get<model::ActivationLayer>(layer.operation);
        const std::string& before = names_[query_.network.layer(activation.source).first.index() + i];
        return is_dnn_name(name, 'n') && before == "a" + name.substr(1);
    }

    const model::Query& query_;
    std::vector<std::string> names_;
    std::unordered_set<std::string> known_;
};

class DnnNetworkWriter {
  public:
    explicit DnnNetworkWriter(const model::Query& query) : query_(query), network_(query.network) {}

    DnnNetwork write() {
        model::require_not_curved(network_, "the dnn format");
        const std::size_t count = network_.variable_count();
        result_.used.assign(count, false);
        auto kept = KeptNames(query_).find();
        if (kept) {
            result_.names = *std::move(kept);
            write_kept();
        } else {
            result_.names.resize(count);
            find_readers();
            for (std::size_t l = 0; l < network_.layer_count(); ++l)
                std::visit([&](const auto& operation) { write_layer(model::LayerId(l), operation); },
                           network_.layers()[l].operation);
            write_outputs();
        }
        name_booleans();
        return std::move(result_);
    }

  private:
    const std::string& use(Variable variable) {
        result_.used[variable.index()] = true;
        return result_.names[variable.index()];
    }

    std::string affine_text(model::LayerId layer, std::size_t index) {
        const LinearForm form = network_.affine_form(layer, index);
        DnnSum sum;
        for (const LinearTerm& term : form.terms()) sum.add(term.coefficient, use(term.variable));
        sum.add(form.constant());
        return sum.take();
    }

    std::optional<std::int64_t> phase(Variable variable) const {
        const auto at = query_.phase_numbers.find(variable);
        return at == query_.phase_numbers.end() ? std::nullopt : std::optional(at->second);
    }

    void add_entry(std::string name, std::optional<std::int64_t> number, std::string expression,
                   std::string activation) {
        result_.entries.push_back({std::move(name), number, std::move(expression), std::move(activation)});
    }

    void write_kept() {
        std::vector<std::string> activation(network_.layer_count());
        for (const model::Layer& layer : network_.layers())
            if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation))
                activation[operation->source.index()] = model::to_string(operation->activation);
        for (std::size_t l = 0; l < network_.layer_count(); ++l) {
            const model::LayerId id(l);
            if (!std::holds_alternative<model::AffineLayer>(network_.layer(id).operation)) continue;
            for (std::size_t i = 0; i < network_.layer(id).size; ++i) {
                const Variable variable = network_.variable(id, i);
                add_entry(result_.names[variable.index()], phase(variable), affine_text(id, i), activation[l]);
            }
        }
    }

    /// Which activation layer turns the components of each affine layer into n…: the first that reads it.
    void find_readers() {
        reader_.assign(network_.layer_count(), model::LayerId());
        is_output_.assign(network_.layer_count(), false);
        for (std::size_t l = 0; l < network_.layer_count(); ++l) {
            const auto* operation = std::get_if<model::ActivationLayer>(&network_.layers()[l].operation);
            if (operation == nullptr) continue;
            const std::size_t source = operation->source.index();
            const bool affine = std::holds_alternative<model::AffineLayer>(network_.layers()[source].operation);
            if (affine && !reader_[source].valid()) reader_[source] = model::LayerId(l);
        }
        // An affine layer that is exactly the outputs is written as y….
        for (std::size_t l = 0; l < network_.layer_count(); ++l) {
            const model::Layer& layer = network_.layers()[l];
            if (reader_[l].valid() || !std::holds_alternative<model::AffineLayer>(layer.operation)) continue;
            bool same = layer.size == query_.outputs.size();
            for (std::size_t i = 0; same && i < layer.size; ++i)
                same = query_.outputs[i].index() == layer.first.index() + i;
            is_output_[l] = same;
        }
    }

    void write_layer(model::LayerId id, const model::InputLayer&) {
        for (std::size_t i = 0; i < network_.layer(id).size; ++i)
            result_.names[network_.variable(id, i).index()] = fmt::format("x{}", input_count_++);
    }

    void write_layer(model::LayerId id, const model::AffineLayer&) {
        const model::LayerId reader = reader_[id.index()];
        const std::string activation =
            is_output_[id.index()] ? ""
            : reader.valid()
                ? model::to_string(std::get<model::ActivationLayer>(network_.layer(reader).operation).activation)
                : "purelin";
        if (!is_output_[id.index()]) ++row_;
        for (std::size_t i = 0; i < network_.layer(id).size; ++i) {
            const Variable variable = network_.variable(id, i);
            std::string& name = result_.names[variable.index()];
            name = is_output_[id.index()] ? fmt::format("y{}", i) : fmt::format("a{}_{}", row_, i);
            if (reader.valid()) result_.names[network_.variable(reader, i).index()] = "n" + name.substr(1);
            add_entry(name, is_output_[id.index()] ? std::nullopt : phase(variable), affine_text(id, i), activation);
        }
    }

    void write_layer(model::LayerId id, const model::ActivationLayer& operation) {
        if (reader_[operation.source.index()] == id) return;  // written with its source
        ++row_;
        for (std::size_t i = 0; i < network_.layer(id).size; ++i) {
            const std::string before = fmt::format("a{}_{}", row_, i);
            result_.names[network_.variable(id, i).index()] = "n" + before.substr(1);
            add_entry(before, std::nullopt, use(network_.variable(operation.source, i)),
                      model::to_string(operation.activation));
        }
    }

    void write_layer(model::LayerId, const model::ProductLayer&) { require(false, "write() refuses products"); }

    /// max(m, c) = m + relu(c - m), member after member; m is a running sum of neurons.
    void write_layer(model::LayerId id, const model::MaxPoolLayer& pool) {
        ++row_;
        for (std::size_t w = 0; w < network_.layer(id).size; ++w) {
            std::vector<std::string> running{use(network_.variable(pool.source, pool.member[pool.begin[w]]))};
            std::size_t step = 0;
            const auto close = [&] {
                DnnSum sum;
                for (const std::string& part : running) sum.add(1, part);
                const std::string name = fmt::format("a{}_{}_{}", row_, w, step++);
                add_entry(name, std::nullopt, sum.take(), "purelin");
                running = {name};
            };
            for (std::size_t k = pool.begin[w] + 1; k < pool.begin[w + 1]; ++k) {
                if (running.size() == longest_maximum) close();
                DnnSum sum;
                sum.add(1, use(network_.variable(pool.source, pool.member[k])));
                for (const std::string& part : running) sum.add(-1, part);
                const std::string name = fmt::format("a{}_{}_{}", row_, w, step++);
                add_entry(name, std::nullopt, sum.take(), "relu");
                running.push_back("n" + name.substr(1));
            }
            if (running.size() > 1) close();
            result_.names[network_.variable(id, w).index()] = running[0];
        }
    }

    void write_outputs() {
        for (std::size_t i = 0; i < query_.outputs.size(); ++i) {
            const std::string name = fmt::format("y{}", i);
            if (result_.names[query_.outputs[i].index()] == name) continue;
            add_entry(name, std::nullopt, use(query_.outputs[i]), "");
        }
    }

    void name_booleans() {
        const std::unordered_set<std::string> taken(result_.names.begin(), result_.names.end());
        std::size_t next = network_.input_variables().size();
        for (std::size_t b = 0; b < query_.boolean_names.size(); ++b) {
            while (taken.count(fmt::format("x{}", next)) != 0) ++next;
            result_.boolean_names.push_back(fmt::format("x{}", next++));
        }
    }

    const model::Query& query_;
    const model::Network& network_;
    DnnNetwork result_;
    std::vector<model::LayerId> reader_;
    std::vector<bool> is_output_;
    std::size_t input_count_ = 0;
    std::size_t row_ = 0;
};
}  // namespace

DnnNetwork dnn_network(const model::Query& query) {
    return DnnNetworkWriter(query).write();
}

}  // namespace sinew::write
