// SPDX-License-Identifier: Apache-2.0
// The declared networks as parts of one: which file each is, whether it fits, and where its tensors are.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/query.hpp"
#include "read/onnx/onnx.hpp"
#include "read/vnnlib/declarations.hpp"
#include "read/vnnlib/equal_inputs.hpp"
#include "read/vnnlib/question.hpp"

namespace sinew::read::vnnlib {

class Assembly {
  public:
    /// Finds and reads the files, and checks declarations against them. InputError. The arguments must outlive it.
    Assembly(const SexprReader& reader, Notes& notes, const Declarations& declarations, EqualInputs& inputs,
             const std::vector<NetworkFile>& files);

    /// Builds the network of `query`, with names and outputs.
    void build(model::Query& query);
    /// By element: its variable, of representatives among the inputs and of all hidden nodes and outputs.
    const std::vector<Variable>& variables() const { return variables_; }
    /// The declarations, with the variables of all elements.
    std::vector<model::DeclaredNetwork> take_declared() { return std::move(declared_); }
    /// A softmax that was left out at a network's end must not matter: formulas may only compare two outputs of one
    /// tensor. InputError.
    void check_softmax(const model::Query& query) const;

  private:
    struct File {
        std::string path;
        std::vector<std::string> hidden;
        OnnxNetwork network;
        std::size_t input_count = 0;  ///< of its tensors; the rest are outputs
    };

    /// Where the inputs of a file are asked about, as far as that is known before it is read.
    std::vector<model::Domain> domains_of(std::size_t file, std::size_t input_count);
    std::string path_of(std::size_t network, const std::vector<NetworkFile>& files) const;
    void check_names(const std::vector<NetworkFile>& files) const;
    void match(std::size_t network);
    void check(const TensorPlace& place, const NamedTensor& named);
    /// The tensors of a network, by their numbers among all.
    std::vector<std::size_t> tensors_of(std::size_t network) const;
    const NamedTensor& named(std::size_t tensor) const;
    void add_inputs(model::Query& query);
    void place(std::size_t network, model::Query& query);
    model::LayerId input_layer(std::size_t tensor, model::Query& query) const;
    void name_tensors(std::size_t network, model::Query& query);
    void check_isomorphic(const model::Query& query);

    const SexprReader& reader_;
    Notes& notes_;
    const Declarations& declarations_;
    EqualInputs& inputs_;
    std::vector<File> files_;
    std::vector<std::size_t> file_of_;         ///< by network
    std::vector<std::size_t> tensor_in_file_;  ///< by declared tensor: its number among the file's, or its hidden
    std::vector<std::vector<model::LayerId>> parts_;  ///< by network: the copies of its file's layers
    std::map<std::pair<std::size_t, std::vector<model::LayerId>>, std::size_t>
        placed_;  ///< networks by file and inputs
    std::vector<model::DeclaredNetwork> declared_;
    std::vector<Variable> variables_;
};

}  // namespace sinew::read::vnnlib
