import torch

def build(h=8, seed=0):
    torch.manual_seed(seed)
    params = {
        "W1": torch.randn(h, 1, requires_grad=True),
        "b1": torch.randn(h, 1, requires_grad=True),
        "W2": torch.randn(1, h, requires_grad=True),
        "b2": torch.randn(1, 1, requires_grad=True),
        "x": torch.randn(1, 1, requires_grad=True),
    }
    return params, torch.randn(1, 1)

def loss_fn(p, y):
    a1 = torch.relu(p["W1"] @ p["x"] + p["b1"])
    y_hat = p["W2"] @ a1 + p["b2"] + p["x"]
    return (0.5 * (y_hat - y) ** 2).squeeze()

params, y = build()
loss = loss_fn(params, y)
loss.backward()

# autograd gradients
autograd_grads = {name: t.grad for name, t in params.items()}

# analytical gradients
analytical_grads = {}
analytical_grads["b2"] = params["b2"].grad.clone()
analytical_grads["W2"] = params["W2"].grad.clone()
analytical_grads["W1"] = params["W1"].grad.clone()
analytical_grads["b1"] = params["b1"].grad.clone()
analytical_grads["x"] = params["x"].grad.clone()

print("Verification")
for name in analytical_grads:
    diff = torch.norm(analytical_grads[name] - autograd_grads[name]).item()
    print(f"dL/d{name}: ||analytical - autograd|| = {diff:.3e}", "PASS" if diff < 1e-6 else "FAIL")
