import numpy as np

def relu(v):
    return np.maximum(0.0, v)

def forward(params, x, y):
    z1 = params["W1"] @ x + params["b1"]
    a1 = relu(z1)
    y_hat = params["W2"] @ a1 + params["b2"] + x
    return z1, a1, y_hat, 0.5 * float((y_hat - y) ** 2)

def gradients(params, x, y):
    z1, a1, y_hat, _ = forward(params, x, y)
    e = y_hat - y
    dz1 = (params["W2"].T @ e) * (z1 > 0)
    return {"W1": dz1 @ x.T, "b1": dz1, "W2": e @ a1.T, "b2": e, "x": e + params["W1"].T @ dz1}

def numeric(params, x, y, name, eps=1e-6):
    target = x if name == "x" else params[name]
    g = np.zeros_like(target)
    it = np.nditer(target, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        keep = target[i]
        target[i] = keep + eps
        plus = forward(params, x, y)[3]
        target[i] = keep - eps
        minus = forward(params, x, y)[3]
        target[i] = keep
        g[i] = (plus - minus) / (2 * eps)
        it.iternext()
    return g

np.random.seed(0)
h = 5
params = {"W1": np.random.randn(h, 1), "b1": np.random.randn(h, 1), "W2": np.random.randn(1, h), "b2": np.random.randn(1, 1)}
x, y = np.random.randn(1, 1), np.random.randn(1, 1)

grads = gradients(params, x, y)
for name, g in grads.items():
    n = numeric(params, x, y, name)
    print("%-3s max error %.3e" % (name, np.abs(g - n).max()))
