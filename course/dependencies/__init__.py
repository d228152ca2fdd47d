"""What the outputs of a notebook depend on, by syntax trees and hashes; prose is no part of it."""
