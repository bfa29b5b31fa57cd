/* The parser of libyaml for Swift. Only StaticPod imports it; what is written is written without it. */
#ifndef LVSCARE_CYAML_H
#define LVSCARE_CYAML_H

#include <yaml.h>

#endif
