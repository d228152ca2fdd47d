"""The dependencies of a notebook's outputs, by syntax trees and hashes; prose is not one."""
