// Pieces of an input inside an error message.
#pragma once

#include "base/utf8.hpp"

namespace sinew::read {

using sinew::printable;

}  // namespace sinew::read
