// SPDX-License-Identifier: Apache-2.0
// What a text of VNN-LIB 2.0 declares: networks, their tensors, and the elements of these by name.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/declaration.hpp"
#include "read/sexpr.hpp"

namespace sinew::read::vnnlib {

/// What a reader tells that is not as the standard has it, once for each kind of it.
class Notes {
  public:
    Notes(const SexprReader& reader, std::vector<std::string>* told) : reader_(reader), told_(told) {}
    /// `kind` is the note without its place.
    void tell(std::size_t offset, const std::string& kind);

  private:
    const SexprReader& reader_;
    std::vector<std::string>* told_;
    std::vector<std::string> kinds_;
};

/// A word of a list, or what blanks have parted within brackets, put together: "X[0, 1]" is X[0,1].
struct Word {
    std::string text;
    std::size_t next = 0;  ///< the node behind it
};
Word word_at(const SexprReader& reader, const Sexpr& in, std::size_t node, std::size_t end);

/// Where a declared tensor is in the text, and which elements of the question are its own: they are numbered from 0 on,
/// tensor by tensor.
struct TensorPlace {
    std::size_t network = 0;
    std::size_t tensor = 0;
    std::size_t first = 0;   ///< element
    std::size_t count = 0;   ///< of elements
    std::size_t offset = 0;  ///< in the text
};

class Declarations {
  public:
    explicit Declarations(const SexprReader& reader, Notes& notes) : reader_(reader), notes_(notes) {}

    /// Reads (declare-network …). InputError for what is none, and for names that are there already.
    void add(const Sexpr& text);

    std::vector<model::DeclaredNetwork> networks;  ///< without the variables of elements
    std::vector<std::size_t> offsets;              ///< of networks, in the text
    std::vector<TensorPlace> places;               ///< of tensors, in the text's order
    std::size_t element_count = 0;

    const model::DeclaredTensor& tensor(const TensorPlace& place) const {
        return networks[place.network].tensors[place.tensor];
    }
    /// The place of the tensor that has this element.
    const TensorPlace& place_of(std::size_t element) const;
    /// "X[0,2]", or "X" for a scalar.
    std::string name_of(std::size_t element) const;
    /// The element that X[0,2] names. InputError for what names none.
    std::size_t element(const Sexpr& in, std::size_t node, std::string_view reference) const;
    bool is_input(std::size_t element) const { return tensor(place_of(element)).role == model::TensorRole::input; }

  private:
    void add_relation(const Sexpr& text, std::size_t node, model::DeclaredNetwork& network);
    void add_tensor(const Sexpr& text, std::size_t node, model::DeclaredNetwork& network);
    std::string type_at(const Sexpr& text, std::size_t node) const;
    std::vector<std::size_t> shape_of(const Sexpr& text, std::size_t node, std::string_view word) const;
    void check_name(const Sexpr& text, std::size_t node, std::string_view name);

    const SexprReader& reader_;
    Notes& notes_;
    std::unordered_map<std::string, std::size_t> by_name_;  ///< tensors; networks as npos
};

}  // namespace sinew::read::vnnlib
