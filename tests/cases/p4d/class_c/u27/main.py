import torch
import torch.nn.functional as F

# model with skip connection
class Model:
    def __init__(self, hidden):
        self.W1 = torch.randn(hidden, 1, requires_grad=True)
        self.b1 = torch.randn(hidden, 1, requires_grad=True)
        self.W2 = torch.randn(1, hidden, requires_grad=True)
        self.b2 = torch.randn(1, 1, requires_grad=True)

    def __call__(self, x):
        z1 = self.W1 @ x + self.b1
        a1 = F.relu(z1)
        y_hat = self.W2 @ a1 + self.b2 + x
        return z1, a1, y_hat

def analytical_gradients(model, x, y):
    z1, a1, y_hat = model(x)
    e = y_hat - y
    dW2 = e @ a1.T
    db2 = e
    dz1 = (model.W2.T @ e) * (z1 > 0)
    dW1 = dz1 @ x.T
    db1 = dz1
    dx = e + model.W1.T @ dz1
    return dW1, db1, dW2, db2, dx

torch.manual_seed(50)
model = Model(4)
x = torch.tensor([[-0.8]], requires_grad=True)
y = torch.tensor([[0.6]])

_, _, y_hat = model(x)
loss = 0.5 * (y_hat - y) ** 2
loss.backward()
print("Loss:", loss.item())
print("Autograd dW1:", model.W1.grad)
print("Autograd db1:", model.b1.grad)
print("Autograd dW2:", model.W2.grad)
print("Autograd db2:", model.b2.grad)
print("Autograd dx:", x.grad)

dW1, db1, dW2, db2, dx = analytical_gradients(model, x, y)
print("Verification done")
