// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/assembly.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "base/join.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "model/place_network.hpp"
#include "read/file.hpp"
#include "read/layer_of.hpp"

namespace sinew::read::vnnlib {

using model::DeclaredNetwork;
using model::DeclaredTensor;
using model::LayerId;
using model::TensorRole;

Assembly::Assembly(const SexprReader& reader, Notes& notes, const Declarations& declarations, EqualInputs& inputs,
                   const std::vector<NetworkFile>& files)
    : reader_(reader),
      notes_(notes),
      declarations_(declarations),
      inputs_(inputs),
      tensor_in_file_(declarations.places.size()) {
    check_names(files);
    for (std::size_t n = 0; n < declarations.networks.size(); ++n) {
        const std::string path = path_of(n, files);
        const auto known = std::ranges::find(files_, path, &File::path);
        file_of_.push_back(static_cast<std::size_t>(known - files_.begin()));
        if (known == files_.end()) files_.push_back({path, {}, {}, 0});
        // One reading of the file has the hidden nodes of all networks that it is.
        for (const std::size_t t : tensors_of(n)) {
            const DeclaredTensor& tensor = declarations.tensor(declarations.places[t]);
            if (tensor.role != TensorRole::hidden) continue;
            std::vector<std::string>& hidden = files_[file_of_.back()].hidden;
            const auto at = std::ranges::find(hidden, tensor.node);
            tensor_in_file_[t] = static_cast<std::size_t>(at - hidden.begin());
            if (at == hidden.end()) hidden.push_back(tensor.node);
        }
    }
    for (File& file : files_) {
        const auto number = static_cast<std::size_t>(&file - files_.data());
        file.network =
            read_onnx_inside(file.path, {TrailingSoftmax::skip, {}, {}, file.hidden},
                             [&](const UnboundedSteps& steps) { return domains_of(number, steps.input_count()); });
        const auto is_input = [&](const NamedTensor& tensor) {
            return !tensor.elements.empty() && file.network.query.network.is_input(tensor.elements.front());
        };
        while (file.input_count < file.network.tensors.size() && is_input(file.network.tensors[file.input_count]))
            ++file.input_count;
    }
    for (std::size_t n = 0; n < declarations.networks.size(); ++n) match(n);
}

/// The smallest box around those of all networks that the file is.
std::vector<model::Domain> Assembly::domains_of(std::size_t file, std::size_t input_count) {
    std::vector<model::Domain> hull(input_count);
    bool is_first = true;
    for (std::size_t n = 0; n < file_of_.size(); ++n) {
        if (file_of_[n] != file) continue;
        std::size_t next = 0;
        for (const std::size_t t : tensors_of(n)) {
            const TensorPlace& at = declarations_.places[t];
            const DeclaredTensor& tensor = declarations_.tensor(at);
            if (tensor.role != TensorRole::input) continue;
            // Inputs that are named may stand in another order.
            if (!tensor.node.empty() || next + at.count > input_count) return std::vector<model::Domain>(input_count);
            for (std::size_t e = at.first; e < at.first + at.count; ++e, ++next) {
                const model::Domain own = inputs_.range(e);
                model::Domain& all = hull[next];
                if (is_first || (all.lower && (!own.lower || *own.lower < *all.lower))) all.lower = own.lower;
                if (is_first || (all.upper && (!own.upper || *own.upper > *all.upper))) all.upper = own.upper;
            }
        }
        if (next != input_count) return std::vector<model::Domain>(input_count);
        is_first = false;
    }
    return hull;
}

/// Every file has a network that needs it.
void Assembly::check_names(const std::vector<NetworkFile>& files) const {
    std::vector<std::string> needed;
    for (const DeclaredNetwork& network : declarations_.networks)
        if (network.equal_to.empty()) needed.push_back(network.name);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string& name = files[i].name;
        if (name.empty()) {
            if (needed.size() == 1 && files.size() == 1) continue;
            reader_.fail(declarations_.offsets[0],
                         fmt::format("{} is not said to be one of the networks {}", shown_name(files[i].path),
                                     joined(needed, ", ")),
                         fmt::format("--network {}=FILE", needed.front()));
        }
        for (std::size_t j = 0; j < i; ++j)
            if (files[j].name == name)
                reader_.fail(declarations_.offsets[0],
                             fmt::format("the network {} is given two files, {} and {}", printable(name), files[j].path,
                                         files[i].path),
                             "one");
        const auto network = std::ranges::find(declarations_.networks, name, &DeclaredNetwork::name);
        if (network == declarations_.networks.end())
            reader_.fail(declarations_.offsets[0],
                         fmt::format("{} is for a network {}, which is not declared{}", files[i].path, printable(name),
                                     did_you_mean(name, needed)),
                         fmt::format("a file for each of {}", joined(needed, ", ")));
        if (network->equal_to.empty()) continue;
        const std::size_t offset =
            declarations_.offsets[static_cast<std::size_t>(network - declarations_.networks.begin())];
        const auto other = std::ranges::find(files, network->equal_to, &NetworkFile::name);
        std::error_code ignored;
        if (other == files.end() ||
            !(other->path == files[i].path || std::filesystem::equivalent(other->path, files[i].path, ignored)))
            reader_.fail(offset, fmt::format("{} is the file of {} by equal-to, and {} is one too many", name,
                                             network->equal_to, files[i].path));
        // The competition's lists name it again.
        notes_.tell(offset, fmt::format("{} needs no file: it is that of {} by equal-to", name, network->equal_to));
    }
}

std::string Assembly::path_of(std::size_t network, const std::vector<NetworkFile>& files) const {
    const DeclaredNetwork& declared = declarations_.networks[network];
    const std::string& name = declared.equal_to.empty() ? declared.name : declared.equal_to;
    for (const NetworkFile& file : files)
        if (file.name == name || file.name.empty()) return file.path;
    reader_.fail(declarations_.offsets[network], fmt::format("the file of the network {} is missing", name),
                 fmt::format("--network {}=FILE.onnx", name));
}

std::vector<std::size_t> Assembly::tensors_of(std::size_t network) const {
    std::vector<std::size_t> result;
    const auto range = std::ranges::equal_range(declarations_.places, network, {}, &TensorPlace::network);
    for (const TensorPlace& place : range)
        result.push_back(static_cast<std::size_t>(&place - declarations_.places.data()));
    return result;
}

const NamedTensor& Assembly::named(std::size_t tensor) const {
    const TensorPlace& place = declarations_.places[tensor];
    const OnnxNetwork& network = files_[file_of_[place.network]].network;
    const bool is_hidden = declarations_.tensor(place).role == TensorRole::hidden;
    return (is_hidden ? network.hidden : network.tensors)[tensor_in_file_[tensor]];
}

/// Inputs and outputs are the file's in their order, or, in old texts, by their names.
void Assembly::match(std::size_t network) {
    const File& file = files_[file_of_[network]];
    const DeclaredNetwork& declared = declarations_.networks[network];
    for (const TensorRole role : {TensorRole::input, TensorRole::output}) {
        const bool is_input = role == TensorRole::input;
        const std::size_t first = is_input ? 0 : file.input_count;
        const std::size_t count = is_input ? file.input_count : file.network.tensors.size() - file.input_count;
        const auto wanted = static_cast<std::size_t>(std::ranges::count(declared.tensors, role, &DeclaredTensor::role));
        if (wanted != count)
            reader_.fail(
                declarations_.offsets[network],
                fmt::format("{} declares {} {}{}, and {} has {}", declared.name, wanted, is_input ? "input" : "output",
                            wanted == 1 ? "" : "s", shown_name(file.path), count),
                "all of them, in the file's order");
        std::size_t next = first;
        for (const std::size_t t : tensors_of(network)) {
            const TensorPlace& place = declarations_.places[t];
            const DeclaredTensor& tensor = declarations_.tensor(place);
            if (tensor.role != role) continue;
            const auto begin = file.network.tensors.begin() + static_cast<std::ptrdiff_t>(first);
            const auto called = tensor.node.empty()
                                    ? begin + static_cast<std::ptrdiff_t>(count)
                                    : std::find_if(begin, begin + static_cast<std::ptrdiff_t>(count),
                                                   [&](const NamedTensor& one) { return one.name == tensor.node; });
            const bool is_called = called != begin + static_cast<std::ptrdiff_t>(count);
            tensor_in_file_[t] = is_called ? static_cast<std::size_t>(called - file.network.tensors.begin()) : next;
            ++next;
        }
    }
    for (const std::size_t t : tensors_of(network)) check(declarations_.places[t], named(t));
}

void Assembly::check(const TensorPlace& place, const NamedTensor& named) {
    const DeclaredTensor& tensor = declarations_.tensor(place);
    const auto shape_text = [](const std::vector<std::size_t>& shape) { return "[" + joined(shape, ",") + "]"; };
    if (tensor.shape != named.shape) {
        if (place.count != named.elements.size())
            reader_.fail(place.offset,
                         fmt::format("{} is declared with the shape {}, and '{}' of the file has {}", tensor.name,
                                     shape_text(tensor.shape), printable(named.name), shape_text(named.shape)),
                         shape_text(named.shape));
        notes_.tell(
            place.offset,
            fmt::format(
                "{} is declared with the shape {}, and '{}' of the file has {}; its elements are taken in order",
                tensor.name, shape_text(tensor.shape), printable(named.name), shape_text(named.shape)));
    }
    if (tensor.type == "real") return;
    if (!named.type.empty() && named.type != tensor.type && named.type != "undefined")
        reader_.fail(place.offset,
                     fmt::format("{} is declared as {}, and '{}' of the file is {}", tensor.name, tensor.type,
                                 printable(named.name), named.type),
                     fmt::format("{}, or real", named.type));
    if (!model::is_integer_type(tensor.type))
        notes_.tell(place.offset, fmt::format("{} is computed with exact real numbers", tensor.type));
}

void Assembly::build(model::Query& query) {
    variables_.assign(declarations_.element_count, Variable());
    add_inputs(query);
    declared_ = declarations_.networks;
    for (std::size_t n = 0; n < declarations_.networks.size(); ++n) place(n, query);
    for (std::size_t n = 0; n < declarations_.networks.size(); ++n) name_tensors(n, query);
    check_isomorphic(query);
    for (File& file : files_) file.network.query = {};
}

/// One input layer for each tensor that has representatives.
void Assembly::add_inputs(model::Query& query) {
    for (std::size_t t = 0; t < declarations_.places.size(); ++t) {
        const TensorPlace& at = declarations_.places[t];
        const DeclaredTensor& tensor = declarations_.tensor(at);
        if (tensor.role != TensorRole::input) continue;
        std::vector<std::size_t> own;
        for (std::size_t e = at.first; e < at.first + at.count; ++e)
            if (inputs_.is_representative(e)) own.push_back(e);
        if (own.empty()) continue;
        const bool is_whole = own.size() == at.count;
        const LayerId layer = query.network.add_input(is_whole ? tensor.name : tensor.name + "_free", {own.size()});
        for (std::size_t i = 0; i < own.size(); ++i) {
            variables_[own[i]] = query.network.variable(layer, i);
            query.names.emplace(variables_[own[i]], declarations_.name_of(own[i]));
        }
    }
}

LayerId Assembly::input_layer(std::size_t tensor, model::Query& query) const {
    const TensorPlace& at = declarations_.places[tensor];
    std::vector<LinearForm> forms;
    forms.reserve(at.count);
    for (std::size_t e = at.first; e < at.first + at.count; ++e) {
        const LinearForm form = inputs_.form(e);
        forms.emplace_back(
            LinearForm({{variables_[form.terms()[0].variable.index()], form.terms()[0].coefficient}}, form.constant()));
    }
    return layer_of(query.network, forms, declarations_.tensor(at).name, {at.count});
}

void Assembly::place(std::size_t network, model::Query& query) {
    const File& file = files_[file_of_[network]];
    const model::Network& part = file.network.query.network;
    std::vector<LayerId> by_input(file.input_count);
    for (const std::size_t t : tensors_of(network))
        if (declarations_.tensor(declarations_.places[t]).role == TensorRole::input)
            by_input[tensor_in_file_[t]] = input_layer(t, query);
    // A network on the inputs of another that is equal to it has all values of that one.
    const auto [same, is_new] = placed_.try_emplace({file_of_[network], by_input}, network);
    if (!is_new) {
        parts_.push_back(parts_[same->second]);
        return;
    }
    parts_.push_back(model::place_network(query.network, part, by_input));
}

void Assembly::name_tensors(std::size_t network, model::Query& query) {
    const model::Network& part = files_[file_of_[network]].network.query.network;
    for (const std::size_t t : tensors_of(network)) {
        const TensorPlace& at = declarations_.places[t];
        DeclaredTensor& tensor = declared_[network].tensors[at.tensor];
        const bool is_input = tensor.role == TensorRole::input;
        for (std::size_t i = 0; i < at.count; ++i) {
            const model::Component component = part.component(named(t).elements[i]);
            const Variable variable = query.network.variable(parts_[network][component.layer.index()], component.index);
            tensor.elements.push_back(variable);
            // Of an input that stands for a class the class's variable has the name, not its copy in a layer.
            if (is_input && variables_[at.first + i].valid()) continue;
            if (!is_input) variables_[at.first + i] = variable;
            const bool is_new = query.names.emplace(variable, declarations_.name_of(at.first + i)).second;
            if (tensor.role == TensorRole::output && is_new) query.outputs.push_back(variable);
        }
    }
}

/// The graph of a network that is isomorphic to another is not looked at but for the sizes of its layers.
void Assembly::check_isomorphic(const model::Query& query) {
    const auto sizes = [&](std::size_t network) {
        std::vector<std::size_t> result;
        for (const LayerId id : parts_[network])
            if (!std::holds_alternative<model::AffineLayer>(query.network.layer(id).operation))
                result.push_back(query.network.layer(id).size);
        return result;
    };
    for (std::size_t n = 0; n < declarations_.networks.size(); ++n) {
        const DeclaredNetwork& network = declarations_.networks[n];
        if (network.isomorphic_to.empty()) continue;
        const auto other = std::ranges::find(declarations_.networks, network.isomorphic_to, &DeclaredNetwork::name) -
                           declarations_.networks.begin();
        if (sizes(n) != sizes(static_cast<std::size_t>(other)))
            notes_.tell(declarations_.offsets[n],
                        fmt::format("{} is declared isomorphic to {}, and its graph is another one", network.name,
                                    network.isomorphic_to));
    }
}

void Assembly::check_softmax(const model::Query& query) const {
    for (std::size_t n = 0; n < declarations_.networks.size(); ++n) {
        const File& file = files_[file_of_[n]];
        if (file.network.skipped_softmax.empty()) continue;
        std::vector<bool> is_output(query.network.variable_count(), false);
        for (const DeclaredTensor& tensor : declared_[n].tensors)
            if (tensor.role == TensorRole::output)
                for (const Variable variable : tensor.elements) is_output[variable.index()] = true;
        for (std::size_t f = 0; f < query.formulas.size(); ++f) {
            const model::FormulaNode& node = query.formulas.node(model::FormulaId(f));
            if (node.kind != model::FormulaKind::atom) continue;
            const auto& terms = node.atom.form.terms();
            const auto count =
                std::ranges::count_if(terms, [&](const LinearTerm& term) { return is_output[term.variable.index()]; });
            if (count == 0 || (count == 2 && terms.size() == 2 && node.atom.form.constant() == 0 &&
                               terms[0].coefficient == -terms[1].coefficient))
                continue;
            reader_.fail(declarations_.offsets[n],
                         fmt::format("an assertion does more than compare two outputs of {} with each other, and the "
                                     "network ends in a softmax, which is not piecewise linear ({})",
                                     declarations_.networks[n].name, file.network.skipped_softmax.front()));
        }
    }
}

}  // namespace sinew::read::vnnlib
