/** The name of `auto()`, for those who name it without loading it. */
export const AUTO = 'auto@2'
