import torch as th

HIDDEN = 12
th.manual_seed(99)

params = {
    "W1": th.randn(1, HIDDEN),
    "b1": th.randn(1, HIDDEN),
    "W2": th.randn(HIDDEN, 1),
    "b2": th.randn(1, 1),
    "x": th.randn(1, 1),
}
for v in params.values():
    v.requires_grad_()
target = th.randn(1, 1)


def forward(p):
    z = p["x"] @ p["W1"] + p["b1"]
    a = z.clamp(min=0)
    return z, a, a @ p["W2"] + p["b2"] + p["x"]


z, a, out = forward(params)
loss = (out - target).pow(2).sum() / 2
loss.backward()

with th.no_grad():
    err = out - target
    grads = {"b2": err, "W2": a.T @ err}
    back = (err @ params["W2"].T) * (z > 0)
    grads["b1"] = back
    grads["W1"] = params["x"].T @ back
    grads["x"] = err + back @ params["W1"].T

assert set(grads) == set(params)
assert th.allclose(grads["b2"], params["b2"].grad, atol=1e-6)
assert th.allclose(grads["W2"], params["W2"].grad, atol=1e-6)
assert th.allclose(grads["b1"], params["b1"].grad, atol=1e-6)
assert th.allclose(grads["W1"], params["W1"].grad, atol=1e-6)
assert th.allclose(grads["x"], params["x"].grad, rtol=1e-4, atol=1e-5)
print("all 5 gradient checks passed")
