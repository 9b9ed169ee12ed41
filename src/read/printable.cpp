#include "read/printable.hpp"

namespace sinew::read {

std::string printable(std::string_view text, std::size_t most) {
    std::string result;
    for (const char c : text.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        result += byte < 0x20 || byte == 0x7f ? '?' : c;
    }
    if (text.size() > most) result += "...";
    return result;
}

}  // namespace sinew::read
